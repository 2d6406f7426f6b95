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
from django.utils.translation import gettext, pgettext

from core.images.models import Image
from core.prepared import Given, Prepared
from posts import diff, languages, markup
from posts.models.post import Post
from posts.models.revision import Revision
from posts.models.saving import TRIES
from posts.models.submission import Submission
from posts.models.tag import Tag
from posts.models.use import WorkingCopyImage, may_show

if TYPE_CHECKING:
    from accounts.models import User

BEGUN = "begun"  # where a saved form's digest stands
SEEN = re.compile(r"(\d{1,18})\.(\d{1,9})")


class WorkingCopyQuerySet(models.QuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-saved_at", "-pk")

    def seen(self, seen: str) -> Self:
        """The one that "pk.serial" names, if it is as it was then."""
        found = SEEN.fullmatch(seen)
        return self.filter(pk=found[1], serial=found[2]) if found else self.none()

    def saved_by(self, claim: Submission, *, order: int, tab: str) -> None:
        """What the form of `claim` had sent up to `order` is saved. Mostly nothing was kept of it."""
        own = {"post": claim.post_id, "author": claim.author_id, "token": claim.token}
        if _OF_FORM.first(**own):
            self.filter(**own).superseded(order, claim.version, tab)

    def superseded(self, order: int = 0, version: int | None = None, tab: str = "") -> None:
        """What these say was saved, or taken back, by what their form sent as number `order` (0: it does not count).

        What it has sent since came in before, and stays: it goes on from the `version` that was saved. So does what
        was typed in a copy of the form, in another `tab`.
        """
        own = self.filter(tab__in=("", tab)) if tab else self
        (own.filter(order__lte=order) if order else own).delete()
        if version is not None:
            own.update(version=version)

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
        tab: str = "",
    ) -> "WorkingCopy":
        """Keep what was `typed`, as it was typed, in the form with this `token`; `post` None: a new post begins.

        `version` is what the form began from. `order` grows with every request of one form: what arrives late
        does not overwrite what was sent after it. Nor does a browser's copy of the form, in another `tab`; what a
        script leaves out stays as it is.
        """
        token = token or (uuid.uuid5(uuid.NAMESPACE_OID, f"post {post.pk}") if post else uuid.uuid4())
        with transaction.atomic():
            copy = self._of_form(author, post, token, seen)
            if tab and copy.tab not in ("", tab):
                token = uuid.uuid5(token, tab)
                copy = self._of_form(author, copy.post, token, seen="")
            if copy.token == token and order and order < copy.order:
                return copy
            if not {"title", "content"} <= set(typed):
                typed = {"title": copy.title, "content": copy.content, **copy.fields, **typed}
            before, named = markup.pictures(copy.content), markup.pictures(typed["content"])
            attached: set[uuid.UUID] = set()
            if picture or named:
                attached = Image.objects.filter(may_show(copy.post, author.pk)).attach(
                    [*named, *([picture.pk] if picture else ())]
                )
            if picture and picture.pk not in attached:
                picture = None  # on its way out
            copy.token, copy.version, copy.order, copy.picture, copy.tab = token, version, order, picture, tab
            copy.title, copy.content = typed.pop("title"), typed.pop("content")
            copy.fields, copy.saved_at, copy.serial = typed, timezone.now(), copy.serial + 1
            copy.save()
            if before or named:
                WorkingCopyImage.objects.settle(attached.intersection(named), working_copy=copy)
        if not copy.post.version:  # nothing else tells the lists what it is
            # Not while the copy is locked: saving locks the post first, then the copy. It may be saved by now.
            own = {"title": copy.title[:200], "word_count": markup.count_words(copy.content)}
            Post.everything.filter(pk=copy.post_id, version=0).update(updated_at=copy.saved_at, **own)
        return copy

    def take_up(self, revision: Revision, *, author: "User") -> "WorkingCopy":
        """A working copy that says what the post was then, or what was discarded."""
        post = revision.post
        typed = {"title": revision.title, "content": revision.content, "excerpt": revision.excerpt}
        typed |= {"tags": ", ".join(revision.tags), "image_alt": revision.image_alt}
        typed["language"] = revision.language
        if revision.image_decorative:
            typed["image_decorative"] = "on"
        if post.featured_image_id and not revision.featured_image_id and not revision.lost_image:
            typed["featured_image-clear"] = "on"
        picture = revision.featured_image if revision.featured_image_id != post.featured_image_id else None
        return self.keep(
            author=author, post=post, token=uuid.uuid4(), version=post.version, typed=typed, picture=picture
        )

    def take_in(self, image: Image, *, author: "User", post: Post | None, lead: bool) -> "WorkingCopy":
        """A working copy that has the picture too, as the lead or at the end of the text; `post` None: a new one.

        It goes on from what `author` was writing in the post and nobody has saved over since, as a form would that
        was opened with that: one that is open still keeps a working copy of its own.
        """
        copies = post.working_copies.filter(author=author).newest_first() if post else self.none()
        copy = next((copy for copy in copies.select_related("post") if copy.is_current), None)
        typed, version, picture = {"title": "", "content": ""}, 0, None
        if copy:
            typed = {"title": copy.title, "content": copy.content, **copy.fields}
            version, picture = copy.version, copy.picture
        elif post:
            typed |= {name: getattr(post, name) for name in ("title", "content", "image_alt")}
            typed |= {"image_decorative": "on"} if post.image_decorative else {}
            version = post.version
        if lead:
            picture = image
            typed.pop("featured_image-clear", None)
            typed["image_alt"] = typed.get("image_alt", "").strip() or image.alt
        else:
            typed["content"] = image.at_end_of(typed["content"])
        seen = copy.seen if copy else ""
        return self.keep(
            author=author, post=post, token=uuid.uuid4(), version=version, typed=typed, picture=picture, seen=seen
        )

    def _of_form(self, author: "User", post: Post | None, token: uuid.UUID, seen: str) -> "WorkingCopy":
        """The row of the form with this token, locked: its own, the one it took over, or a new one.

        Beginning a post claims the token as saving does, so that the two at once are one post.
        """
        rows = self.select_for_update(of=("self",)).filter(author=author).select_related("post")
        for _ in range(TRIES):
            copy = rows.filter(token=token).first()
            if copy is None and post:
                copy = rows.seen(seen).filter(post=post).first()
            if copy:
                return copy
            try:
                with transaction.atomic():
                    post = post or self._claimed(author, token)
                    start = {"version": 0, "saved_at": timezone.now(), "title": post.title, "content": post.content}
                    return self.create(author=author, post=post, token=token, **start)
            except IntegrityError:  # the same form, sent at the same time; saving it may have taken the row away again
                continue
        raise RuntimeError(f"Form {token} was sent {TRIES} times meanwhile")

    def _claimed(self, author: "User", token: uuid.UUID) -> Post:
        """The post that the form with this token begins, or has begun at the same time."""
        claim, fresh = Submission.objects.get_or_create(author=author, token=token, defaults={"digest": BEGUN})
        if fresh:
            claim.post = Post.begin(author)
            claim.save(update_fields=["post"])
        return claim.post


class WorkingCopy(models.Model):
    post = models.ForeignKey(Post, models.CASCADE, related_name="working_copies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token = models.UUIDField(help_text="Of the form that it is written in.")
    version = models.PositiveIntegerField(help_text="The post's version that it began from.")
    serial = models.PositiveIntegerField(default=0, help_text="Grows with every autosave.")
    order = models.BigIntegerField(default=0, help_text="The form's own count, as the browser keeps it.")
    tab = models.CharField(
        max_length=20, blank=True, help_text="Which opening of the form, as the browser tells them."
    )
    saved_at = models.DateTimeField()
    title = models.TextField(blank=True)
    content = models.TextField(blank=True)
    fields = models.JSONField(default=dict, help_text="The other fields, as they were typed.")
    picture = models.ForeignKey(Image, models.PROTECT, null=True, related_name="+")

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "token"], name="working_copy_of_form")]

    def __str__(self) -> str:
        return f"{self.title or gettext('Untitled')} {timezone.localtime(self.saved_at):%Y-%m-%d %H:%M}"

    @property
    def seen(self) -> str:
        return f"{self.pk}.{self.serial}"

    @property
    def is_current(self) -> bool:
        """Whether nothing was saved since it began: only then does the form open with it by itself."""
        return self.version == self.post.version

    def as_revision(self) -> Revision:
        """What the post would be if this were saved, as far as that can be told before it is checked."""
        revision = Revision.of(self.post, Tag.names_in(self.fields["tags"]) if "tags" in self.fields else None)
        revision.title, revision.content = self.title, self.content
        revision.excerpt = self.fields.get("excerpt", revision.excerpt)
        if (language := self.fields.get("language", "")) in languages.NAMES or not language:
            revision.language = self.fields.get("language", revision.language)
        revision.slug = (self.fields.get("slug") or revision.slug)[:100]
        revision.image_alt = self.fields.get("image_alt", revision.image_alt)[:300]
        revision.image_decorative = "image_decorative" in self.fields
        if self.picture or "featured_image-clear" in self.fields:
            revision.featured_image = self.picture
        return revision

    def typed_time(self) -> list[tuple[str, diff.Block]]:
        """The time of publishing as it was typed, where that differs, shown as Revision.differences() shows fields."""
        at = self.post.published_at
        saved, typed = f"{timezone.localtime(at):%Y-%m-%dT%H:%M}" if at else "", self.fields.get("publish_at")
        shown = [text.replace("T", " ") or pgettext("time", "none") for text in (saved, typed or "")]
        return [(gettext("Time"), diff.compare_words(*shown))] if typed is not None and typed != saved else []

    def discard(self) -> Revision | None:
        """Take it off the form; the history keeps the text. A post that was never saved goes to the trash with it."""
        with transaction.atomic():
            self.post = Post.everything.select_for_update().get(pk=self.post_id)
            if not self.post.version:
                self.post.discard()
                return None
            revision = self.as_revision()
            self.delete()
            return self.post.keep(revision, by=self.author, began_from=self.version, reason=Revision.Reason.DISCARDED)


_OF_FORM = Prepared(
    lambda: WorkingCopy.objects.filter(
        post=Given("post"), author=Given("author"), token=Given("token", models.UUIDField())
    ).only("pk")
)
