"""What is being written and is not saved yet: one row for each form that is open, so that none overwrites another's.

A form finds its row by its one-time token. One that was opened from a working copy names it as `seen`, "pk.serial":
if nobody has written to that since, the form takes the row over; if somebody has, it gets one of its own.
"""

import re
import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from core.images.models import Image
from posts import markup
from posts.models.post import Post
from posts.models.revision import Revision

if TYPE_CHECKING:
    from accounts.models import User

SEEN = re.compile(r"(\d{1,18})\.(\d{1,9})")


class WorkingCopyQuerySet(models.QuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-saved_at", "-pk")

    def seen(self, seen: str) -> Self:
        """The one that "pk.serial" names, if it is as it was then."""
        found = SEEN.fullmatch(seen)
        return self.filter(pk=found[1], serial=found[2]) if found else self.none()

    def keep(
        self,
        *,
        author: "User",
        post: Post | None,
        token: uuid.UUID | None,
        version: int,
        typed: dict[str, str],
        picture: Image | None = None,
        seen: str = "",
        order: int = 0,
    ) -> "WorkingCopy":
        """Keep what was `typed`, as it was typed, in the form with this `token`; `post` None: a new post begins.

        `version` is what the form began from. `order` grows with every request of one form: what arrives late
        does not overwrite what was sent after it.
        """
        token = token or (uuid.uuid5(uuid.NAMESPACE_OID, f"post {post.pk}") if post else uuid.uuid4())
        with transaction.atomic():
            copy = self._of_form(author, post, token, seen)
            if order and order < copy.order:
                return copy
            copy.token, copy.version, copy.order, copy.picture = token, version, order, picture
            copy.title, copy.content = typed.pop("title", ""), typed.pop("content", "")
            copy.fields, copy.saved_at, copy.serial = typed, timezone.now(), copy.serial + 1
            copy.save()
            if not copy.post.version:  # nothing else tells the lists what it is
                own = {"title": copy.title[:200], "word_count": markup.count_words(copy.content)}
                Post.everything.filter(pk=copy.post_id).update(updated_at=copy.saved_at, **own)
        return copy

    def take_up(self, revision: Revision, *, author: "User") -> "WorkingCopy":
        """A working copy that says what the post was then, or what was discarded."""
        post = revision.post
        typed = {"title": revision.title, "content": revision.content, "excerpt": revision.excerpt}
        typed |= {"tags": ", ".join(revision.tags), "image_alt": revision.image_alt}
        if revision.image_decorative:
            typed["image_decorative"] = "on"
        picture = revision.featured_image if revision.featured_image_id != post.featured_image_id else None
        return self.keep(
            author=author, post=post, token=uuid.uuid4(), version=post.version, typed=typed, picture=picture
        )

    def _of_form(self, author: "User", post: Post | None, token: uuid.UUID, seen: str) -> "WorkingCopy":
        """The row of the form with this token, locked: its own, the one it took over, or a new one."""
        rows = self.select_for_update(of=("self",)).filter(author=author).select_related("post")
        copy = rows.filter(token=token).first()
        if copy is None and post:
            copy = rows.seen(seen).filter(post=post).first()
        if copy:
            return copy
        try:
            with transaction.atomic():
                start = {"version": 0, "saved_at": timezone.now()}
                return self.create(author=author, post=post or Post.begin(author), token=token, **start)
        except IntegrityError:  # the same form, sent at the same time
            return rows.get(token=token)


class WorkingCopy(models.Model):
    post = models.ForeignKey(Post, models.CASCADE, related_name="working_copies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token = models.UUIDField(help_text="Of the form that it is written in.")
    version = models.PositiveIntegerField(help_text="The post's version that it began from.")
    serial = models.PositiveIntegerField(default=0, help_text="Grows with every autosave.")
    order = models.BigIntegerField(default=0, help_text="The form's own count, as the browser keeps it.")
    saved_at = models.DateTimeField()
    title = models.TextField(blank=True)
    content = models.TextField(blank=True)
    fields = models.JSONField(default=dict, help_text="The other fields, as they were typed.")
    picture = models.ForeignKey(Image, models.PROTECT, null=True, related_name="+")

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "token"], name="working_copy_of_form")]

    def __str__(self) -> str:
        return f"{self.title or 'Untitled'} {timezone.localtime(self.saved_at):%Y-%m-%d %H:%M}"

    @property
    def seen(self) -> str:
        return f"{self.pk}.{self.serial}"

    @property
    def is_current(self) -> bool:
        """Whether nothing was saved since it began: only then does the form open with it by itself."""
        return self.version == self.post.version

    def discard(self) -> Revision | None:
        """Take it off the form; the history keeps the text. A post that was never saved goes to the trash with it."""
        with transaction.atomic():
            if not self.post.version:
                self.post.discard()
                return None
            names = (name.strip() for name in self.fields.get("tags", "").split(","))
            revision = Revision.of(self.post, filter(None, names))
            revision.title, revision.content = self.title, self.content
            revision.excerpt = self.fields.get("excerpt", revision.excerpt)
            revision.image_alt = self.fields.get("image_alt", revision.image_alt)[:300]
            if self.picture:
                revision.featured_image = self.picture
            self.delete()
            return self.post.keep(revision, by=self.author, began_from=self.version, reason=Revision.Reason.DISCARDED)
