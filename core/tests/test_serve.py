"""manage.py serve: what it makes ready, what it says when it cannot, and what it becomes."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import redirect_stderr
from io import StringIO
from itertools import pairwise
from pathlib import Path
from unittest import skipUnless
from unittest.mock import patch

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import SimpleTestCase, TestCase, override_settings, tag

from core.management.commands import serve
from core.testing.cases import ViewTestCase

EXEC = "core.management.commands.serve.os.execvp"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TemporaryDataTestCase(SimpleTestCase):
    """A DATA_DIR for one test, with one static file in a folder `source`, and the real storage of static files."""

    def setUp(self) -> None:
        super().setUp()
        self.data = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.source = self.data / "source"
        self.source.mkdir()
        (self.source / "galley.css").write_text("body { color: black }")
        self.enterContext(
            self.settings(
                DATA_DIR=self.data,
                STATIC_ROOT=self.data / "static",
                STATICFILES_DIRS=[self.source],
                STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
                STORAGES={"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}},
            )
        )


class AddressTests(SimpleTestCase):
    def test_free_port_is_fine(self) -> None:
        serve.check_address("127.0.0.1", free_port())

    def test_taken_port_is_said_with_another(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            line = f"Port {port} is taken; choose another: PORT={port + 1} make run"
            with self.assertRaisesMessage(CommandError, line):
                serve.check_address("127.0.0.1", port)

    def test_impossible_port_is_said(self) -> None:
        for port in (0, 65536):
            with self.assertRaisesMessage(CommandError, f"PORT is {port}, which is not between 1 and 65535."):
                serve.check_address("127.0.0.1", port)

    def test_address_of_another_machine_is_said(self) -> None:
        with self.assertRaisesMessage(CommandError, "HOST 192.0.2.1 with PORT 8000 cannot be used"):
            serve.check_address("192.0.2.1", 8000)


class DataDirTests(SimpleTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_missing_folder_is_made_and_left_empty(self) -> None:
        serve.check_data_dir(self.folder / "deep" / "var")
        self.assertEqual(list((self.folder / "deep" / "var").iterdir()), [])

    def test_unwritable_folder_is_said(self) -> None:
        (self.folder / "file").touch()
        with self.assertRaisesMessage(CommandError, "file/var cannot be written: Not a directory."):
            serve.check_data_dir(self.folder / "file" / "var")

    @skipUnless(Path("/dev/full").exists(), "this system has no disk that is always full")
    def test_full_disk_is_said(self) -> None:
        (self.folder / f"probe-{os.getpid()}").symlink_to("/dev/full")
        with self.assertRaisesMessage(CommandError, f"DATA_DIR {self.folder} cannot be written: No space left"):
            serve.check_data_dir(self.folder)
        self.assertEqual(list(self.folder.iterdir()), [])


class SentenceTests(SimpleTestCase):
    def test_database_speaks_in_one_line(self) -> None:
        error = DatabaseError("connection refused\n\tIs the server running?\n")
        self.assertEqual(serve.sentence(error), "the database says: connection refused.")

    def test_long_explanation_is_cut_to_its_first_line(self) -> None:
        self.assertEqual(serve.sentence(CommandError("x.png is missing.\n\nCheck y.css.")), "x.png is missing.")

    def test_file_is_named(self) -> None:
        with self.assertRaises(OSError) as caught:
            Path("/dev/null/static").mkdir()
        self.assertEqual(serve.sentence(caught.exception), "/dev/null/static: Not a directory.")


@tag("slow")
class CollectStaticTests(TemporaryDataTestCase):
    def collected(self) -> list[str]:
        return sorted(path.name for path in (self.data / "static").glob("*.css*"))

    def test_files_are_hashed_and_compressed(self) -> None:
        (self.source / "galley.css").write_text("body { color: black }\n" * 50)
        serve.collect_static()
        self.assertRegex(" ".join(self.collected()), r"galley\.\w{12}\.css galley\.\w{12}\.css\.br ")

    def test_nothing_changed_is_nothing_done(self) -> None:
        serve.collect_static()
        for path in (self.data / "static").glob("*.css*"):
            path.unlink()
        serve.collect_static()
        self.assertEqual(self.collected(), [])

    def test_changed_file_is_collected_again(self) -> None:
        serve.collect_static()
        before = self.collected()
        (self.source / "galley.css").write_text("body { color: navy; }")
        serve.collect_static()
        self.assertNotEqual(self.collected(), before)

    def test_new_renamed_and_missing_file_change_the_digest(self) -> None:
        digests = [serve.static_digest()]
        script = self.source / "galley.js"
        script.touch()
        digests.append(serve.static_digest())
        script = script.rename(self.source / "other.js")
        digests.append(serve.static_digest())
        script.unlink()
        self.assertEqual(len({*digests}), 3)
        self.assertEqual(serve.static_digest(), digests[0])

    def test_lost_manifest_is_made_again(self) -> None:
        serve.collect_static()
        manifest = self.data / "static" / "staticfiles.json"
        manifest.unlink()
        serve.collect_static()
        self.assertTrue(manifest.exists())

    def test_collection_that_failed_is_begun_again(self) -> None:
        serve.collect_static()
        before = self.collected()
        good = (self.source / "galley.css").rename(self.data / "good.css")
        (self.source / "galley.css").write_text("body { background: url(missing.png) }")
        with redirect_stderr(StringIO()), self.assertRaisesMessage(CommandError, "missing.png"):
            serve.collect_static()
        good.rename(self.source / "galley.css")
        for path in (self.data / "static").glob("*.css*"):
            path.unlink()
        serve.collect_static()
        self.assertEqual(self.collected(), before)


class MigrateTests(TestCase):
    def test_database_up_to_date_is_left_alone(self) -> None:
        with patch.object(serve, "call_command", autospec=True) as ran:
            serve.migrate()
        ran.assert_not_called()

    def test_missing_migration_is_applied(self) -> None:
        MigrationRecorder(connection).migration_qs.filter(app="posts").last().delete()
        with patch.object(serve, "call_command", autospec=True) as ran:
            serve.migrate()
        ran.assert_called_once_with("migrate", verbosity=0, interactive=False)

    @skipUnless(connection.vendor == "postgresql", "SQLite belongs to one machine")
    def test_second_machine_waits(self) -> None:
        other = connection.copy()
        self.addCleanup(other.close)
        with serve.database_to_oneself(), other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [serve.ADVISORY_LOCK])
            self.assertEqual(cursor.fetchone(), (False,))


@tag("slow")
@patch.multiple("posts.management.commands.demo", AVATAR_SIDE=24, read_texts=list)  # people are enough here
class LoadDemoTests(TemporaryDataTestCase, ViewTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        """No cast: the site is empty."""

    def test_empty_site_gets_the_demo_once_and_its_login_every_time(self) -> None:
        first = serve.load_demo()
        people = get_user_model().objects.count()
        self.assertEqual(people, 3)
        self.assertRegex(first, r"\A.*Sign in as ada with the password \S+\n\Z")
        self.assertEqual(serve.load_demo(), first)
        self.assertEqual(get_user_model().objects.count(), people)

    def test_site_with_somebody_gets_no_demo(self) -> None:
        get_user_model().objects.create_user("dora")
        self.assertEqual(serve.load_demo(), "")
        self.assertEqual(get_user_model().objects.count(), 1)

    @override_settings(HTTPS=True)
    def test_site_that_the_world_reaches_gets_no_demo(self) -> None:
        self.assertEqual(serve.load_demo(), "")
        self.assertFalse(get_user_model().objects.exists())


@tag("slow")
class ServeTests(TemporaryDataTestCase, ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(os.chdir, Path.cwd())
        os.chdir(self.data)
        self.enterContext(self.settings(PORT=free_port()))

    def serve(self) -> tuple[str, list[str]]:
        """What it printed, and the command that it became. The connection stays open for the test's transaction."""
        out = StringIO()
        with patch(EXEC, autospec=True) as become, patch.object(connection, "close", autospec=True) as close:
            call_command("serve", stdout=out)
        become.assert_called_once()
        close.assert_called_once()
        return out.getvalue(), become.call_args.args[1]

    def test_address_and_demo_are_said_and_granian_takes_over(self) -> None:
        (self.data / "demo.txt").write_text("Sign in as ada.\n")
        with self.settings(WORKERS=3, THREADS=7, HOST="127.0.0.1", SITE_URL="http://127.0.0.1:8000"):
            said, command = self.serve()
        self.assertEqual(said, "Galley is at http://127.0.0.1:8000 (Ctrl-C ends it)\nSign in as ada.\n")
        self.assertEqual(Path.cwd(), settings.BASE_DIR)
        options = dict(pairwise(command))
        self.assertEqual(
            (command[0], options["-m"], command[-1]), (sys.executable, "core.server", "core.wsgi:application")
        )
        self.assertEqual((options["--workers"], options["--blocking-threads"]), ("3", "7"))
        self.assertEqual((options["--host"], options["--port"]), ("127.0.0.1", str(settings.PORT)))
        self.assertTrue((self.data / "static" / "staticfiles.json").exists())

    def test_debug_reloads(self) -> None:
        for host, address in (("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")):
            with self.subTest(host), self.settings(DEBUG=True, HOST=host):
                _, command = self.serve()
                self.assertEqual(command[1:], ["manage.py", "runserver", f"{address}:{settings.PORT}"])
        self.assertFalse((self.data / "static").exists())

    def assertRefuses(self, line: str) -> None:
        """It ends with the one `line` and starts nothing."""
        with patch(EXEC, autospec=True) as become, self.assertRaises(SystemExit) as ended:
            call_command("serve", stdout=StringIO())
        become.assert_not_called()
        self.assertEqual(ended.exception.code, f"Galley cannot start: {line}")

    def test_taken_port_ends_the_start(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken, self.settings(PORT=taken.getsockname()[1]):
            self.assertRefuses(f"Port {settings.PORT} is taken; choose another: PORT={settings.PORT + 1} make run")

    def test_database_that_fails_ends_the_start(self) -> None:
        with patch.object(serve, "migrate", autospec=True, side_effect=DatabaseError("database or disk is full")):
            self.assertRefuses("the database says: database or disk is full.")

    def test_data_dir_that_cannot_be_ends_the_start(self) -> None:
        with self.settings(DATA_DIR=Path("/dev/null/var")):
            self.assertRefuses("DATA_DIR /dev/null/var cannot be written: Not a directory.")

    def test_disk_that_fails_ends_the_start(self) -> None:
        (self.data / "static").touch()
        self.assertRefuses(f"{self.data}/static/staticfiles.json: Not a directory.")

    def test_interrupt_ends_quietly(self) -> None:
        with (
            patch.object(serve, "migrate", autospec=True, side_effect=KeyboardInterrupt),
            self.assertRaises(SystemExit) as ended,
        ):
            call_command("serve", stdout=StringIO())
        self.assertEqual(ended.exception.code, 130)


@tag("concurrency")
class ServerTests(SimpleTestCase):
    def test_interrupt_of_the_whole_terminal_stops_it(self) -> None:
        """Only the parent listens to Ctrl-C, which every process of a terminal gets; it ends them all in peace."""
        app = """
import os, signal
deaf = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
os.write(1, f"Worker is deaf: {deaf}\\n".encode())  # in one piece: the parent writes to the same pipe
def application(environ, start_response): pass
"""
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "app.py").write_text(app)
            options = ["--interface", "wsgi", "--port", str(free_port()), "--workers-kill-timeout", "10"]
            with subprocess.Popen(
                [sys.executable, "-m", "core.server", *options, "app:application"],
                cwd=folder,
                env=os.environ | {"PYTHONPATH": str(settings.BASE_DIR)},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            ) as server:
                watchdog = threading.Timer(60, os.killpg, (server.pid, signal.SIGKILL))
                watchdog.start()
                self.addCleanup(watchdog.cancel)
                said = ""
                # Both: the parent listens before it says that the worker is started, the worker when it has loaded.
                while not ("Started worker-1" in said and "Worker is deaf" in said):
                    if not (line := server.stdout.readline()):
                        break
                    said += line
                os.killpg(server.pid, signal.SIGINT)
                said += server.stdout.read()
        self.assertEqual(server.returncode, 0, said)
        self.assertIn("Worker is deaf: True", said)
