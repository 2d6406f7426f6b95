"""A process that dies by SIGKILL at a chosen event, and what must be true of every picture afterwards.

An event is the moment before a statement that writes, the moment before and the one after a commit, before a call
of the store, while its answer is awaited, after it, and before anything is changed in MEDIA_ROOT.
"""

import hashlib
import http.client
import logging
import os
import random
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http.client import HTTPConnection
from io import StringIO
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from threading import enumerate as threads
from typing import Any
from urllib.parse import urlsplit

import urllib3.connectionpool
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import F
from django.test import TransactionTestCase, override_settings

from accounts.models import User
from core.images.models import HeldPicture, Image
from core.images.stores import local
from core.images.tests import pictures
from core.images.validate import clean_picture
from core.testing.cases import PageClient, _signed_in_cookies
from core.testing.fakecloud import FakeCloud
from posts.models import Post, WorkingCopy

LONG = timedelta(days=60)  # longer than every grace
FILES = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}  # audit events, see sys.addaudithook
TIMES = ("created_at", "unreferenced_since", "discarded_at", "next_try_at")


class Death:
    """Counts the events of this process, and ends it at number `at`; 0: never."""

    def __init__(self, at: int) -> None:
        self.at, self.count = at, 0

    def event(self) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str, *, after: bool = True) -> None:
        act = getattr(owner, name)

        @wraps(act)
        def run(*args: Any, **kwargs: Any) -> Any:
            self.event()
            result = act(*args, **kwargs)
            if after:
                self.event()
            return result

        setattr(owner, name, run)

    def statement(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        if not sql.startswith("SELECT") or "FOR UPDATE" in sql:  # what only reads leaves everything as it was
            self.event()
        return execute(sql, params, many, context)

    def file(self, what: str, args: tuple) -> None:
        if what in FILES and str(args[0]).startswith(str(settings.MEDIA_ROOT)):
            if what != "open" or "r" not in (args[1] or "r"):
                self.event()

    def watch(self) -> None:
        connection.execute_wrappers.append(self.statement)
        self.around(type(connections["default"]), "_commit")
        self.around(urllib3.connectionpool.HTTPConnectionPool, "urlopen")
        self.around(http.client.HTTPConnection, "getresponse", after=False)
        sys.addaudithook(self.file)


def begin(act: Callable[[], object], at: int) -> int:
    """Do it in a process that dies at its event number `at`. Answers the process's id."""
    connections.close_all()
    sys.stdout.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the fake Cloudinary's threads stay behind
        if pid := os.fork():
            return pid
    try:
        logging.disable(logging.ERROR)  # what a test may expect, it catches
        Death(at).watch()
        act()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


def ended(pid: int) -> bool:
    """Wait for it; whether it came to its own end. Raises AssertionError if it failed instead of dying."""
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    if status:
        raise AssertionError("a process failed, see above")
    return True


class KillTestCase(TransactionTestCase):
    store = "cloudinary"

    def setUp(self) -> None:
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            self.fail("SQLite in memory is one process's own; set TEST_DATABASE to a file.")
        self.cloud = self.enterContext(FakeCloud())
        self.enterContext(
            override_settings(
                CLOUDINARY_URL=self.cloud.cloudinary_url,
                IMAGES_DELIVERY_BASE=self.cloud.delivery_base,
                IMAGES_STORE=self.store,
                MEDIA_ROOT=Path(self.enterContext(TemporaryDirectory(prefix="galley-kills-"))),
            )
        )
        self.ada = User.objects.create_user("ada")
        self.cookies = _signed_in_cookies(self.ada)
        self.random = random.Random(1)

    # --- What is done

    def client_of_ada(self) -> PageClient:
        client = PageClient()
        client.cookies.load(self.cookies)
        return client

    def picture(self) -> bytes:
        """Another one each time."""
        return pictures.jpeg(32, 32, tuple(self.random.randbytes(3)))

    def held(self) -> Image:
        return Image.objects.hold(clean_picture(self.picture()), owner=self.ada)

    def kept(self) -> Image:
        image = self.held()
        self.assertTrue(image.send())
        return image

    def command(self, *args: str, **kwargs: Any) -> str:
        out = StringIO()
        call_command(*args, stdout=out, stderr=out, **kwargs)
        return out.getvalue()

    def pass_time(self) -> None:
        Image.objects.update(**{name: F(name) - LONG for name in TIMES})

    # --- What must be true

    def check(self, told: str) -> None:
        """Nothing that is used is lost; nothing else is left once it has been swept."""
        self.settled()
        self.assertEqual(self.lost(), [], f"{told}: lost")
        for _ in range(2):  # one to look, one to remove
            self.pass_time()
            self.command("images_sweep", "--apply")
        self.assertEqual(self.lost(), [], f"{told}: lost by the sweep")
        used = {(image.store, image.key) for image in Image.objects.referenced()}
        kept = {("cloudinary", name) for name in self.cloud.assets} | {("local", name) for name in local.listed()[0]}
        self.assertEqual(kept - used, set(), f"{told}: orphans")
        self.assertEqual(used - kept, set(), f"{told}: never sent")
        self.assertEqual(Image.objects.unreferenced().count(), 0, f"{told}: rows for nothing")
        self.assertFalse(HeldPicture.objects.exists(), f"{told}: bytes for nothing")

    def lost(self) -> list[str]:
        """What is in use, and not found where its row says that it is, or is another picture there."""
        return [
            f"{image} ({image.state} {image.store}, found {found})"
            for image in Image.objects.referenced()
            if (found := self.etag(image)) != image.etag
        ]

    def etag(self, image: Image) -> str:
        if image.waits:
            data = bytes(HeldPicture.objects.filter(image=image).values_list("data", flat=True).first() or b"")
        elif image.state == Image.State.STORED and image.store == "local":
            data = local.master(image).read_bytes() if local.master(image).exists() else b""
        elif image.state == Image.State.STORED:
            data = self.cloud.assets.get(image.public_id, {}).get("data", b"")
        else:
            data = b""
        return hashlib.md5(data).hexdigest() if data else ""

    def settled(self) -> None:
        """Wait until what the dead have sent is done, and their transactions are rolled back."""
        address = urlsplit(self.cloud.delivery_base)
        server = HTTPConnection(address.hostname, address.port)
        server.request("GET", "/")
        server.getresponse().read()  # whoever called before that is being answered by now
        for thread in threads():
            if "process_request_thread" in thread.name:
                thread.join()
        while connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
                if not cursor.fetchone()[0]:
                    break
            time.sleep(0.001)

    def forget(self) -> None:
        """Begin again with nothing but Ada."""
        WorkingCopy.objects.all().delete()
        Post.everything.all().delete()
        User.objects.update(avatar=None)
        Image.objects.all().delete()
        self.cloud.reset()
        rmtree(Path(settings.MEDIA_ROOT) / "i", ignore_errors=True)
