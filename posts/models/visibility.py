"""Who may see which post: "is it public?" is written here, and nowhere else."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from accounts.models import User
from core.prepared import Given, Prepared
from posts.models.address import Address
from posts.models.submission import Submission

if TYPE_CHECKING:
    from posts.models.post import Post

MOST_WORDS = 8  # of a search; each is a look through every text


def public(before: datetime | None = None) -> Q:
    """What readers may see, of posts and of what carries their date; of that, what was published `before` a moment.

    In one bound: of two, SQLite begins in an index at the first, and reads on to the second.
    """
    now = timezone.now()
    return Q(published_at__lt=before) if before and before <= now else Q(published_at__lte=now)


def _came(date: str) -> Q:
    """That a date has come, and not while the post was in the trash."""
    return Q(**{f"{date}__lte": timezone.now()}) & (Q(deleted_at=None) | Q(deleted_at__gt=F(date)))


class PostQuerySet(models.QuerySet):
    def published(self) -> Self:
        return self.filter(public())

    def once_public(self) -> Self:
        """Those whose address readers may know: as `was_public`, and rows that were not written by save()."""
        return self.filter(_came("first_published_at") | _came("published_at"))

    def scheduled(self) -> Self:
        return self.filter(published_at__gt=timezone.now())

    def drafts(self) -> Self:
        return self.filter(published_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What is public, and one's own."""
        return self.filter(public() | Q(author=user) if user.is_authenticated else public())

    def editable_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(author=user) if user.is_authenticated else self.none()

    def at(self, slug: str | Given) -> Self:
        """The post with this address, now or once. By its key: of an OR, SQLite reads all posts of an author."""
        now = self.model.everything.filter(slug=slug).values("pk")
        return self.filter(pk__in=now.union(Address.objects.filter(slug=slug).values("post")))

    def own_at(self, author: User, slug: str) -> "Post | None":
        """`author`'s post with this address, now or once, be it in the trash."""
        return _OWN_AT.first(author=author.pk, slug=slug)

    def begun_with(self, author: User, token: str) -> "Post | None":
        """The post that `author`'s form with this one-time token has begun or saved by now."""
        try:
            token = uuid.UUID(token)
        except ValueError:
            return None
        copies = apps.get_model("posts", "WorkingCopy").objects.filter(author=author, token=token)
        saves = Submission.objects.filter(author=author, token=token)
        return self.filter(pk__in=copies.values("post").union(saves.values("post"))).first()

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def latest_worked_on(self) -> Self:
        return self.order_by("-updated_at", "-pk")

    def with_all_for_list(self) -> Self:
        """What a list shows of each post, and not its text."""
        return (
            self.select_related("author", "featured_image").prefetch_related("tags").defer("content", "content_html")
        )

    def containing(self, words: str) -> Self:
        """Those whose title or text holds every one of `words`, in any order."""
        for word in dict.fromkeys(words.split()[:MOST_WORDS]):
            self = self.filter(Q(title__icontains=word) | Q(content__icontains=word))  # noqa: PLW0642
        return self

    def counts(self) -> dict[str, int]:
        """How many there are, by state: {"all": 14, "live": 9, "scheduled": 1, "drafts": 4, "trash": 2}."""
        now, living = timezone.now(), Q(deleted_at=None)
        return self.aggregate(
            all=Count("pk", filter=living),
            live=Count("pk", filter=living & Q(published_at__lte=now)),
            scheduled=Count("pk", filter=living & Q(published_at__gt=now)),
            drafts=Count("pk", filter=living & Q(published_at=None)),
            trash=Count("pk", filter=~living),
        )


_OWN_AT = Prepared(lambda: apps.get_model("posts", "Post").everything.filter(author=Given("author")).at(Given("slug")))


class LivingManager(models.Manager.from_queryset(PostQuerySet)):
    def get_queryset(self) -> PostQuerySet:
        return super().get_queryset().filter(deleted_at=None)


class TrashManager(models.Manager.from_queryset(PostQuerySet)):
    def get_queryset(self) -> PostQuerySet:
        return super().get_queryset().exclude(deleted_at=None)
