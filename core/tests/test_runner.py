"""The tests stay on this machine and leave nothing on it."""

import socket
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import SimpleTestCase, TestCase

from core.images import stores
from core.images.validate import Picture
from core.testing.runner import NetworkForbidden, Runner


class RunnerTests(SimpleTestCase):
    def test_connections_elsewhere_are_refused_by_name(self):
        for name in ("connect", "connect_ex"):
            with self.subTest(name), socket.socket() as sock, self.assertRaisesRegex(NetworkForbidden, "192.0.2.1:80"):
                getattr(sock, name)(("192.0.2.1", 80))

    def test_loopback_is_open(self):
        with socket.socket() as server, socket.socket() as client:
            server.bind(("127.0.0.1", 0))
            server.listen()
            client.connect(server.getsockname())

    def test_unpatched_upload_fails_at_once_and_stays_here(self):
        with self.assertRaises(stores.StoreError):
            stores.store("cloudinary").put("galley/test", Picture(b"", "png", 1, 1))

    def test_pictures_go_to_a_folder_that_ends_with_the_run(self):
        self.assertFalse(Path(settings.MEDIA_ROOT).is_relative_to(settings.DATA_DIR))

    def test_slow_suites_run_only_when_asked_for(self):
        self.assertEqual(Runner().exclude_tags, {"browser", "concurrency", "corpora", "live", "machine", "slow"})
        self.assertEqual(Runner(tags=["browser"]).exclude_tags, {"concurrency", "corpora", "live", "machine", "slow"})


class MigrationsTests(TestCase):
    def test_models_and_migrations_agree(self):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
