"""What is written and read."""

from django.apps import AppConfig

from core import triggers
from core.pagecache import reads


class PostsConfig(AppConfig):
    name = "posts"

    def ready(self) -> None:
        from posts import public, search  # noqa: PLC0415  models are ready by now
        from posts.models import Reads, tag  # noqa: PLC0415

        triggers.register(tag.triggers)
        triggers.register(search.triggers)
        public.declare()
        reads.take(Reads.objects.add)
