#!/usr/bin/env python
"""The command line of Galley: `python manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    try:
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Galley: Django is not installed in this Python; `make run` or `make test` installs it.")
    try:
        settings.INSTALLED_APPS  # noqa: B018  loads the settings, so that a wrong knob is one line and no traceback
    except ImproperlyConfigured as error:
        sys.exit(f"Galley cannot start: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
