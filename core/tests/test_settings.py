"""A knob that is set by half stops the start: one line that names it, no traceback, exit code 1."""

import os
import subprocess
import sys
import tempfile
from importlib.util import find_spec

from django.conf import settings
from django.test import SimpleTestCase

# What is set, and what the line must say.
HALF_SET = [
    ({"CLOUDINARY_URL": "cloudinary://key@cloud"}, "CLOUDINARY_URL has no secret"),
    ({"SITE_URL": "http://blog.example.org"}, "SITE_URL is 'http://blog.example.org'"),
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must look like postgres://"),
    ({"CACHE_URL": "nonsense"}, "CACHE_URL must look like redis://"),
    ({"PORT": "abc"}, "PORT is 'abc', which is not a number"),
    (
        {"DATABASE_URL": "postgres://ada:pearl@127.0.0.1/galley"},
        "SECRET_KEY is not set" if find_spec("psycopg") else "DATABASE_URL is set, but psycopg is missing",
    ),
]


class HalfSetTests(SimpleTestCase):
    def test_start_ends_with_one_line_that_names_the_knob(self) -> None:
        with tempfile.TemporaryDirectory() as data:
            plain = {"PATH": os.environ["PATH"], "DATA_DIR": data}
            started = [  # all at once, as each takes a while to load Django
                subprocess.Popen(
                    [sys.executable, "manage.py", "check"],
                    cwd=settings.BASE_DIR,
                    env=plain | knobs,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
                for knobs, _ in HALF_SET
            ]
            ended = [(*process.communicate(), process.returncode) for process in started]
        for (knobs, line), (out, error, code) in zip(HALF_SET, ended, strict=True):
            with self.subTest(knobs):
                self.assertEqual((out, code), ("", 1), error)
                self.assertRegex(error, rf"\AGalley cannot start: {line}.*\.\n\Z")
