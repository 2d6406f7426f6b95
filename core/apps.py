"""The project itself as an app: the home of `manage.py serve`."""

from django.apps import AppConfig
from django.core.signals import request_finished
from django.db.models.signals import post_migrate, pre_migrate

from core import language, triggers


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        pre_migrate.connect(triggers.drop)
        post_migrate.connect(triggers.create)
        request_finished.connect(language.forget)
