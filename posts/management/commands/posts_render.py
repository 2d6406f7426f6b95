"""manage.py posts_render: render every text anew, after the rules of rendering have changed."""

from django.core.management.base import BaseCommand

from posts import search
from posts.models import Post
from posts.models.saving import RENDERED


class Command(BaseCommand):
    help = (
        "Renders the text of every post anew, those in the trash too. Run it after an update that changes how texts "
        "are rendered; nothing that an author wrote is changed, and it may be repeated at any time."
    )

    def handle(self, **options: object) -> None:
        changed = 0
        for post in Post.everything.order_by("pk").iterator(chunk_size=100):
            before = [getattr(post, name) for name in RENDERED]
            post.render()
            after = {name: getattr(post, name) for name in RENDERED}
            if [*after.values()] != before:
                # What was saved meanwhile was rendered by its save.
                if Post.everything.filter(pk=post.pk, version=post.version).update(**after):
                    changed += 1
                    search.index(post.pk, post.title, [tag.name for tag in post.tags.all()], post.content_html)
        self.stdout.write(f"{changed} {'post' if changed == 1 else 'posts'} rendered anew.")
