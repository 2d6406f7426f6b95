"""manage.py posts_index: keep the words of every post anew, for what was written past save()."""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from posts import search
from posts.models import Post, SearchEntry, SearchWord
from posts.models.visibility import PostQuerySet

BATCH = 100  # posts that are kept in one transaction, so that nobody who saves waits for long


class Command(BaseCommand):
    help = (
        "Keeps the words of every post anew, so that search finds them. Run it after rows were written by other means "
        "than saving, as a restored backup or renamed tags; it may be repeated at any time."
    )

    def handle(self, **options: object) -> None:
        last_word = SearchWord.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        begun, posts = timezone.now(), Post.everything.filter(version__gt=0)
        indexed, words = _index(posts)
        forgotten = 0
        for pk, word in SearchWord.objects.filter(pk__lte=last_word).values_list("pk", "word").iterator():
            if word not in words:
                forgotten += SearchWord.objects.filter(pk=pk).delete()[0]
        _index(posts.filter(updated_at__gte=begun))  # what was saved meanwhile may have one of the forgotten words
        self.stdout.write(
            f"{indexed} {'post' if indexed == 1 else 'posts'} indexed, "
            f"{forgotten} {'word' if forgotten == 1 else 'words'} forgotten."
        )


def _index(posts: PostQuerySet) -> tuple[int, set[str]]:
    """Keep the words of these anew: how many posts, and which words."""
    indexed, last, words = 0, 0, set()
    while batch := list(posts.filter(pk__gt=last).order_by("pk").prefetch_related("tags")[:BATCH]):
        with transaction.atomic():
            SearchEntry.objects.filter(post__in=batch).update(digest="")
            for post in batch:
                names = [tag.name for tag in post.tags.all()]
                words |= search.index(post.pk, post.title, names, post.content_html or post.content)
        indexed, last = indexed + len(batch), batch[-1].pk
    return indexed, words
