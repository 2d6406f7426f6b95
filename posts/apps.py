"""What is written and read."""

from django.apps import AppConfig

from core import triggers


class PostsConfig(AppConfig):
    name = "posts"

    def ready(self) -> None:
        from posts.models import tag

        triggers.register(tag.triggers)
