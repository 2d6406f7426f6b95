"""Pages from memory: a table of one number, which every public change counts up."""

from django.apps import AppConfig

from core import triggers


class PageCacheConfig(AppConfig):
    name = "core.pagecache"
    label = "pagecache"

    def ready(self) -> None:
        from core.pagecache import watch  # noqa: PLC0415  models are ready by now

        triggers.register(watch.triggers)
