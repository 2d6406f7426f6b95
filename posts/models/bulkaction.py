"""What is done to several posts at once, and the signed note with which all of it is undone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from posts.models.post import Post
from posts.models.visibility import PostQuerySet

SALT = "posts.bulkaction"
UNDONE_WITHIN = timedelta(hours=1)
MOST = 100  # posts at once


def _time(said: str | None) -> datetime | None:
    return parse_datetime(said) if said else None


class BulkAction:
    """`kind` is "delete", "publish" or "unpublish".

    `done` has the posts that it changed, each with its version since and what it was before. A post that is as it
    was asked to be is not among them, nor is one that was never saved and cannot be published: `unsaved` counts those.
    """

    def __init__(self, kind: str, done: Iterable[tuple] = ()) -> None:
        self.kind, self.done = kind, list(done)
        self.found, self.unsaved, self.title = 0, 0, ""

    @classmethod
    def do(cls, kind: str, posts: PostQuerySet) -> Self:
        """All of it or nothing. The rows are locked, so that nobody saves between the look and the write."""
        action = cls(kind)
        with transaction.atomic():
            if kind == "delete":
                posts = posts.defer("content", "content_html")
            rows = list(posts.select_related("author").select_for_update(of=("self",)).order_by("pk")[:MOST])
            action.found = len(rows)
            getattr(action, f"_{kind}")(rows)
        return action

    def _note(self, post: Post, *before: datetime | None) -> None:
        self.title = str(post)
        self.done.append((post.pk, post.version, *(at and at.isoformat() for at in before)))

    def _delete(self, posts: list[Post]) -> None:
        now = timezone.now()
        Post.objects.filter(pk__in=[post.pk for post in posts]).update(deleted_at=now)
        for post in posts:
            self._note(post, now)

    def _publish(self, posts: list[Post]) -> None:
        self.unsaved = sum(not post.version for post in posts)
        for post in posts:
            if post.version and post.status != "published":
                before = post.published_at, post.first_published_at
                post.publish()
                self._note(post, *before)

    def _unpublish(self, posts: list[Post]) -> None:
        for post in posts:
            if post.published_at:
                before = post.published_at, post.first_published_at
                post.unpublish()
                self._note(post, *before)

    # --- The way back ---------------------------------------------------------------------------------------

    def token(self, user: User) -> str:
        """The note, for `user` alone."""
        return signing.dumps([user.pk, self.kind, self.done], salt=SALT, compress=True)

    @classmethod
    def by_token(cls, token: str, user: User) -> Self | None:
        """What `token` notes, if it is `user`'s and young enough."""
        try:
            pk, kind, done = signing.loads(token, salt=SALT, max_age=UNDONE_WITHIN)
        except signing.BadSignature:
            return None
        return cls(kind, map(tuple, done)) if pk == user.pk else None

    def undo(self, user: User) -> list[Post]:
        """Put back what was done, and answer the posts that are as before. One changed since stays as it is."""
        with transaction.atomic():
            posts = Post.everything.editable_by(user).filter(pk__in=[pk for pk, *_ in self.done])
            posts = posts.select_related("author").select_for_update(of=("self",))
            rows = {post.pk: post for post in posts.order_by("pk")}
            return [
                rows[pk]
                for pk, version, *before in self.done
                if pk in rows and rows[pk].version == version and self._put_back(rows[pk], *map(_time, before))
            ]

    def _put_back(self, post: Post, at: datetime | None, first: datetime | None = None) -> bool:
        if self.kind == "delete":
            if unchanged := post.deleted_at == at:
                post.restore()
            return unchanged
        if post.deleted_at:
            return False
        if at:
            post.publish(at)
        else:
            post.unpublish()
        # What was public for as long as an undo takes has not been published.
        Post.everything.filter(pk=post.pk).update(first_published_at=first)
        return True
