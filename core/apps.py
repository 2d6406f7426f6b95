"""The project itself as an app: the home of `manage.py serve`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate

from core import triggers


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        pre_migrate.connect(triggers.drop)
        post_migrate.connect(triggers.create)
