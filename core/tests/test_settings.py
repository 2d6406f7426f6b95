"""A knob that is set by half stops the start: one line that names it, no traceback, exit code 1."""

import os
import runpy
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from unittest import skipUnless
from unittest.mock import patch

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import SimpleTestCase, tag

# What is set, and what the line must say.
HALF_SET = [
    ({"CLOUDINARY_URL": "cloudinary://key@cloud"}, "CLOUDINARY_URL has no secret"),
    ({"SITE_URL": "http://blog.example.org"}, "SITE_URL is 'http://blog.example.org'"),
    ({"SITE_URL": "blog.example.org"}, "SITE_URL is 'blog.example.org'"),
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must look like postgres://"),
    ({"CACHE_URL": "nonsense"}, "CACHE_URL must look like redis://"),
    ({"EMAIL_URL": "nonsense"}, "EMAIL_URL must look like smtp"),
    ({"EMAIL_URL": "smtp://"}, "EMAIL_URL must look like smtp"),
    ({"PORT": "abc"}, "PORT is 'abc', which is not a number"),
    ({"WORKERS": "-1"}, "WORKERS is -1"),
    ({"IMAGES_TIMEOUT": "0"}, "IMAGES_TIMEOUT is 0"),
    ({"TIME_ZONE": "Mars"}, "TIME_ZONE is 'Mars'"),
    ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is 'loud'"),
    ({"WEBSUB_HUB": "hub.example"}, "WEBSUB_HUB is 'hub.example'"),
    ({"DATA_DIR": "/dev/null/var"}, "DATA_DIR /dev/null/var cannot be written"),
    (
        {"DATABASE_URL": "postgres://ada:pearl@127.0.0.1/galley"},
        "SECRET_KEY is not set" if find_spec("psycopg") else "DATABASE_URL is set, but psycopg is missing",
    ),
]


@tag("slow")
class SettingsTests(SimpleTestCase):
    def setUp(self) -> None:
        self.data = self.enterContext(tempfile.TemporaryDirectory())

    def loaded(self, *arguments: str, **knobs: str) -> dict:
        """The settings as they are with nothing but these knobs in the environment."""
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": self.data} | knobs
        with patch.dict(os.environ, environment, clear=True), patch.object(sys, "argv", ["manage.py", *arguments]):
            return runpy.run_path(str(settings.BASE_DIR / "core" / "settings.py"))

    def test_half_set_knob_is_named(self) -> None:
        for knobs, line in HALF_SET:
            with self.subTest(knobs), self.assertRaises(ImproperlyConfigured) as caught:
                self.loaded(**knobs)
            self.assertRegex(str(caught.exception), rf"\A{line}[^\n]*\.\Z")

    @skipUnless(find_spec("psycopg"), "psycopg is an option")
    def test_postgresql_plans_once_unless_a_pooler_changes_the_connection(self) -> None:
        knobs = {
            "DATABASE_URL": "postgres://ada@127.0.0.1/galley?connect_timeout=3",
            "SECRET_KEY": "only-for-this-test",
        }
        database = self.loaded(**knobs)["DATABASES"]["default"]
        prepared = {"connect_timeout": 3, "server_side_binding": True, "prepare_threshold": 2}
        self.assertEqual(database["OPTIONS"], prepared)
        pooled = self.loaded(**knobs, DATABASE_POOLED="1")["DATABASES"]["default"]
        self.assertEqual(pooled["OPTIONS"], {"connect_timeout": 3})
        self.assertIs(pooled["DISABLE_SERVER_SIDE_CURSORS"], True)

    def test_start_ends_with_that_line(self) -> None:
        ended = subprocess.run(
            [sys.executable, "manage.py", "check"],
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ["PATH"], "DATA_DIR": self.data, "CLOUDINARY_URL": "cloudinary://key@cloud"},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((ended.stdout, ended.returncode), ("", 1))
        self.assertRegex(ended.stderr, r"\AGalley cannot start: CLOUDINARY_URL has no secret[^\n]*\.\n\Z")

    def test_nothing_set_is_this_machine_alone(self) -> None:
        made = self.loaded("serve")
        self.assertEqual((made["SITE_URL"], made["IMAGES_STORE"]), ("http://127.0.0.1:8000", "local"))
        self.assertEqual(made["ALLOWED_HOSTS"], ["127.0.0.1", "localhost", "[::1]"])
        self.assertEqual(made["SECRET_KEY"], self.loaded("serve")["SECRET_KEY"], "made once and kept")
        self.assertNotIn("SECURE_SSL_REDIRECT", made)

    def test_key_that_a_full_disk_left_empty_is_made_anew(self) -> None:
        with open(f"{self.data}/secret-key", "x"):
            self.assertGreater(len(self.loaded()["SECRET_KEY"]), 50)

    def test_public_address_is_https_only(self) -> None:
        made = self.loaded(SITE_URL="https://galley.example/", TRUSTED_PROXIES="1")
        self.assertEqual((made["SITE_URL"], made["ALLOWED_HOSTS"]), ("https://galley.example", ["galley.example"]))
        self.assertEqual(made["SESSION_COOKIE_NAME"], "__Host-sessionid")
        for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_PROXY_SSL_HEADER"):
            self.assertTrue(made[name], name)
        self.assertIn("smtp", made["MAILERS"]["default"]["BACKEND"], "nobody reads a server's console")

    def test_mail_server_is_read_from_its_address(self) -> None:
        options = self.loaded(EMAIL_URL="smtp+tls://user:pass@mail.example:587")["MAILERS"]["default"]["OPTIONS"]
        told = (options["host"], options["port"], options["username"], options["password"], options["use_tls"])
        self.assertEqual(told, ("mail.example", 587, "user", "pass", True))

    def test_cloudinary_is_the_store_where_it_is_set(self) -> None:
        made = self.loaded(CLOUDINARY_URL="cloudinary://key:secret@cloud")
        self.assertEqual(made["IMAGES_STORE"], "cloudinary")
        self.assertIn("https://res.cloudinary.com", made["SECURE_CSP"]["img-src"])
