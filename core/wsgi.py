"""The WSGI entry point, for granian and every other WSGI server: Django, and in front of it pages from memory."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

try:
    django = get_wsgi_application()
    from core.pagecache.front import in_front_of  # Django's models can be imported now

    application = in_front_of(django)
except ImproperlyConfigured as error:
    sys.exit(f"Galley cannot start: {error}")
