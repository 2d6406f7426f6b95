"""Pictures on this machine's disk: where they go, and what happens when the disk or the key is bad."""

import errno
import os
import resource
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from threading import Barrier, Event
from unittest.mock import patch
from uuid import uuid4

from django.test import SimpleTestCase, override_settings, tag

from core.images import validate
from core.images.stores import StoreError, StoreRefused, local
from core.images.tests.store_contract import painted, row


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let the system refuse to write files beyond `size` bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


class LocalStoreTests(SimpleTestCase):
    def setUp(self) -> None:
        self.root = Path(self.enterContext(tempfile.TemporaryDirectory())) / "media"
        self.enterContext(override_settings(MEDIA_ROOT=self.root))
        self.key = f"galley/{uuid4()}"
        self.folder = self.root / "i" / self.key

    def files(self) -> list[str]:
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_file())


class PutTests(LocalStoreTests):
    def test_master_lies_in_a_folder_of_its_own_and_nothing_else_is_left(self) -> None:
        local.put(self.key, painted(kind="jpeg"))
        self.assertEqual(self.files(), [f"i/{self.key}/master.jpg"])

    def test_key_may_be_a_bare_uuid(self) -> None:
        for key in (uuid4().hex, str(uuid4())):
            with self.subTest(key=key):
                local.put(key, painted())
                self.assertTrue((self.root / "i" / key / "master.png").exists())

    def test_key_of_another_form_is_refused_and_writes_nothing(self) -> None:
        name = uuid4().hex
        for key in (
            "",
            "a",
            f"../{name}",
            f"/{name}",
            f"a/../{name}",
            f"a/b/{name}",
            f"..a/{name}",
            f"{name}\n",
        ):
            with self.subTest(key=key):
                with self.assertRaises(StoreRefused):
                    local.put(key, painted())
                with self.assertRaises(StoreRefused):
                    local.drop(row(key))
        self.assertEqual(list(self.root.parent.iterdir()), [])

    def test_write_that_is_cut_short_leaves_nothing(self) -> None:
        picture = painted()
        with largest_file(len(picture.data) // 2), self.assertRaises(StoreError) as caught:
            local.put(self.key, picture)
        self.assertNotIsInstance(caught.exception, StoreRefused)
        self.assertEqual(self.files(), [])

    def test_full_disk_is_said_in_one_sentence(self) -> None:
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with patch("os.fsync", side_effect=full), self.assertRaises(StoreError) as caught:
            local.put(self.key, painted())
        self.assertEqual(str(caught.exception), "The disk is full: the picture was not stored.")
        self.assertEqual(self.files(), [])

    def test_folder_that_cannot_be_written_is_named(self) -> None:
        self.root.write_text("a file where a folder should be")
        with self.assertRaisesMessage(StoreError, f"The picture was not stored: Not a directory ({self.root})."):
            local.put(self.key, painted())

    def test_draft_left_by_a_crash_is_no_picture_and_is_no_obstacle(self) -> None:
        self.folder.mkdir(parents=True)
        (self.folder / ".master.png.0123").write_bytes(b"half")
        local.put(self.key, painted())
        self.assertEqual(local.master(row(self.key)).read_bytes(), painted().data)


class DropTests(LocalStoreTests):
    def test_master_copies_and_drafts_go_and_other_pictures_stay(self) -> None:
        other = f"galley/{uuid4()}"
        local.put(self.key, painted())
        local.put(other, painted())
        local.variant(row(self.key), 32)
        (self.folder / ".master.png.0123").write_bytes(b"half")
        local.drop(row(self.key))
        self.assertEqual(self.files(), [f"i/{other}/master.png"])

    def test_what_cannot_be_removed_is_an_error(self) -> None:
        self.folder.parent.mkdir(parents=True)
        self.folder.write_text("a file where a folder should be")
        with self.assertRaisesMessage(StoreError, "The picture was not removed: Not a directory"):
            local.drop(row(self.key))


class VariantTests(LocalStoreTests):
    def setUp(self) -> None:
        super().setUp()
        local.put(self.key, painted())
        self.image = row(self.key)

    def test_copy_is_a_webp_beside_the_master(self) -> None:
        path = local.variant(self.image, 32)
        self.assertEqual(path, self.folder / "32.webp")
        self.assertEqual(path.read_bytes()[8:12], b"WEBP")

    def test_copy_is_made_once_and_needs_the_master_no_more(self) -> None:
        made = local.variant(self.image, 32)
        local.master(self.image).unlink()
        self.assertEqual(local.variant(self.image, 32), made)

    def test_damaged_master_is_an_error_and_leaves_nothing(self) -> None:
        local.master(self.image).write_bytes(b"damaged")
        with self.assertRaisesMessage(StoreError, "The kept picture is damaged"):
            local.variant(self.image, 32)
        self.assertEqual(self.files(), [f"i/{self.key}/master.png"])

    @tag("slow")
    def test_many_first_readers_make_it_once(self) -> None:
        barrier = Barrier(8)

        def read(_: int) -> bytes:
            barrier.wait()
            return local.variant(self.image, 32).read_bytes()

        scaled = patch.object(validate, "scale_picture", wraps=validate.scale_picture)
        with scaled as scale, ThreadPoolExecutor(8) as pool:
            answers = set(pool.map(read, range(8)))
        self.assertEqual(scale.call_count, 1)
        self.assertEqual(len(answers), 1)

    def test_copy_that_another_process_finishes_meanwhile_is_used(self) -> None:
        waiting = Event()

        def wait_for_lock(*arguments: object) -> None:
            waiting.set()
            flock(*arguments)

        with (
            open(local.master(self.image), "rb") as held,
            ThreadPoolExecutor(1) as pool,
            patch.object(local, "flock", wait_for_lock),
            patch.object(validate, "scale_picture") as scale,
        ):
            flock(held, LOCK_EX)
            path = pool.submit(local.variant, self.image, 32)
            self.assertTrue(waiting.wait(10))
            (self.folder / "32.webp").write_bytes(b"theirs")
            held.close()
            self.assertEqual(path.result(10).read_bytes(), b"theirs")
        scale.assert_not_called()

    def test_without_a_master_there_is_no_copy_and_no_folder(self) -> None:
        gone = row(f"galley/{uuid4()}")
        with self.assertRaises(FileNotFoundError):
            local.variant(gone, 32)
        self.assertEqual(self.files(), [f"i/{self.key}/master.png"])

    def test_copy_that_cannot_be_written_whole_is_an_error_and_leaves_nothing(self) -> None:
        with largest_file(10), self.assertRaisesMessage(StoreError, "The picture was not resized"):
            local.variant(self.image, 32)
        self.assertEqual(self.files(), [f"i/{self.key}/master.png"])


class ListedTests(LocalStoreTests):
    def test_folder_is_all_that_an_adopted_one_is_missed_by(self) -> None:
        key = f"galley/{uuid4()}"
        adopted = row(key, kind="")
        self.assertEqual(local.missing([adopted]), {key})
        local.put(key, painted())
        self.assertEqual(local.missing([adopted]), set())

    def test_no_folder_yet_is_an_empty_list(self) -> None:
        self.assertEqual(local.listed(), ({}, ""))

    def test_pages_follow_each_other_and_strangers_are_left_out(self) -> None:
        keys = sorted([*(f"galley/{uuid4()}" for _ in range(4)), uuid4().hex])
        for key in keys:
            local.put(key, painted())
        (self.root / "i" / "notes").mkdir()
        (self.root / "i" / "galley" / uuid4().hex).write_text("a file")
        pages, cursor = [], ""
        with patch.object(local, "PAGE", 2):
            for _ in range(3):
                names, cursor = local.listed(cursor=cursor)
                pages.append(list(names))
        self.assertEqual((pages, cursor), ([keys[:2], keys[2:4], keys[4:]], ""))

    def test_prefix_chooses(self) -> None:
        local.put(self.key, painted())
        local.put(f"other/{uuid4()}", painted())
        self.assertEqual(list(local.listed("galley/")[0]), [self.key])

    def test_put_that_was_cut_short_is_listed(self) -> None:
        self.folder.mkdir(parents=True)
        self.assertEqual(list(local.listed()[0]), [self.key])


@override_settings(MEDIA_URL="/media/")
class UrlTests(SimpleTestCase):
    def test_addresses_of_the_master_and_of_a_copy(self) -> None:
        image = row("galley/0123", kind="jpeg")
        self.assertEqual(local.url(image), "/media/i/galley/0123/master.jpg")
        self.assertEqual(local.url(image, 320), "/media/i/galley/0123/320.webp")
