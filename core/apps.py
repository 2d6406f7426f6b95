"""The project itself as an app: the home of `manage.py serve`."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
