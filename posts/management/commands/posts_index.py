"""manage.py posts_index: keep the words of every post anew, for what was written past save()."""

from django.core.management.base import BaseCommand
from django.db import transaction

from posts import search
from posts.models import Post, SearchEntry, SearchWord

BATCH = 100  # posts that are kept in one transaction, so that nobody who saves waits for long


class Command(BaseCommand):
    help = (
        "Keeps the words of every post anew, so that search finds them. Run it after rows were written by other means "
        "than saving, as a restored backup or renamed tags; it may be repeated at any time."
    )

    def handle(self, **options: object) -> None:
        last_word = SearchWord.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        indexed, last, words = 0, 0, set()
        while posts := list(
            Post.everything.filter(pk__gt=last, version__gt=0).order_by("pk").prefetch_related("tags")[:BATCH]
        ):
            with transaction.atomic():
                SearchEntry.objects.filter(post__in=posts).update(digest="")
                for post in posts:
                    names = [tag.name for tag in post.tags.all()]
                    words |= search.index(post.pk, post.title, names, post.content_html or post.content)
            indexed, last = indexed + len(posts), posts[-1].pk
        forgotten = 0
        for pk, word in SearchWord.objects.filter(pk__lte=last_word).values_list("pk", "word").iterator():
            if word not in words:
                forgotten += SearchWord.objects.filter(pk=pk).delete()[0]
        self.stdout.write(
            f"{indexed} {'post' if indexed == 1 else 'posts'} indexed, "
            f"{forgotten} {'word' if forgotten == 1 else 'words'} forgotten."
        )
