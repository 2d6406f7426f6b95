"""What a post was at each save. One that lost a clash, or was discarded, is kept beside the line."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.images.models import Image
from posts import diff
from posts.merge import Merged, choose, merge, merge_names

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models.post import Post

PICTURE = ("featured_image_id", "image_alt", "image_decorative")  # one thing, in a merge
FIELDS = ("title", "content", "excerpt", "slug", *PICTURE, "published_at")


class RevisionQuerySet(models.QuerySet):
    def line(self) -> Self:
        """The saves, which follow one another; without what is kept beside them."""
        return self.filter(number__isnull=False)

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def with_all_for_list(self) -> Self:
        """What the history shows of each, and not its text."""
        return self.select_related("by").defer("content")

    def said(self, user: "User") -> str:
        """Who made these, as `user` is told: "Ben at 14:02 and you at 14:05, in another tab or on another device"."""
        times: dict[str, str] = {}
        for revision in self:
            at = f"{timezone.localtime(revision.created_at):%H:%M}"
            times["you" if revision.by == user else str(revision.by or "Somebody")] = at
        who = [f"{name} at {at}" for name, at in times.items()]
        return " and ".join(who) + (", in another tab or on another device" if "you" in times else "")


class Revision(models.Model):
    """`number` is the post's version that this save made; empty for a text that is kept beside the line."""

    class Reason(models.TextChoices):
        SAVED = "saved", "Saved"
        MERGED = "merged", "Saved, with other changes that came in"
        RESTORED = "restored", "Restored"
        PUBLISHED = "published", "Published"
        UNPUBLISHED = "unpublished", "Made a draft"
        CLASHED = "clashed", "Kept from a clash"
        DISCARDED = "discarded", "Kept when it was discarded"

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(null=True)
    began_from = models.PositiveIntegerField(null=True, help_text="The version that its writer saw.")
    reason = models.CharField(max_length=12, choices=Reason, default=Reason.SAVED)
    name = models.CharField(max_length=80, blank=True, help_text="Given by the author.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    words_added = models.PositiveIntegerField(default=0)
    words_removed = models.PositiveIntegerField(default=0)

    title = models.TextField(blank=True)
    content = models.TextField(blank=True)
    excerpt = models.TextField(blank=True)
    tags = models.JSONField(default=list)
    slug = models.CharField(max_length=100, blank=True)
    # It lets go: a picture that only the history knows is swept after the days of grace, as one in the trash is.
    featured_image = models.ForeignKey(Image, models.SET_NULL, null=True, related_name="+")
    image_alt = models.CharField(max_length=300, blank=True)
    image_decorative = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="revision_line")]

    def __str__(self) -> str:
        return self.name or f"{self.get_reason_display()} {timezone.localtime(self.created_at):%Y-%m-%d %H:%M}"

    @classmethod
    def of(cls, post: "Post", tags: Iterable[str] | None = None) -> "Revision":
        """What `post` is now, not saved. `tags`: what it is to be about, if not what its row says."""
        names = [tag.name for tag in post.tags.all()] if tags is None and post.pk else list(tags or ())
        return cls(tags=names, **{name: getattr(post, name) for name in FIELDS})

    def write_to(self, post: "Post") -> None:
        """Make `post` what this is. Its tags are rows of their own, see Post.revise."""
        for name in FIELDS:
            setattr(post, name, getattr(self, name))

    def says(self, other: "Revision") -> bool:
        """Whether this is the other, as far as its words go."""
        return all(getattr(self, name) == getattr(other, name) for name in ("title", "content", "excerpt", "tags"))

    def count_words(self, before: "Revision") -> None:
        self.words_added, self.words_removed = diff.count(before.content, self.content)

    @property
    def on_line(self) -> bool:
        return self.number is not None

    def shown(self, name: str) -> str:
        """A field in words."""
        if name == "published_at":
            return f"{timezone.localtime(self.published_at):%Y-%m-%d %H:%M}" if self.published_at else "a draft"
        if name == "featured_image":
            return self.image_alt or (self.featured_image.name if self.featured_image else "")
        return getattr(self, name)

    def others(self) -> RevisionQuerySet:
        """Of a merged save, those that came in: what others saved since its writer began."""
        return self.post.saved_since(self.began_from).filter(number__lt=self.number)

    def came_in(self) -> list[diff.Block]:
        """What they changed."""
        before = self.post.ancestor(self.began_from)
        return diff.compare(before.content, self.post.ancestor(self.number - 1).content)


class Merge:
    """What two saves made of their ancestor: `merged`, and in `clashes` the fields that both changed differently.

    `text` has the regions of the content; in a clash, `merged` has what is mine.
    """

    text: Merged
    merged: Revision
    clashes: set[str]

    def __init__(self, base: Revision, theirs: Revision, mine: Revision) -> None:
        self.base, self.theirs, self.mine = base, theirs, mine
        self.clashes = set()
        self.text = merge(base.content, theirs.content, mine.content)
        self.merged = Revision(
            content=mine.content if theirs.content == base.content else self.text.text,
            tags=merge_names(base.tags, theirs.tags, mine.tags),
            # An address that is given up still leads to the post: it is no clash.
            slug=theirs.slug if mine.slug in (base.slug, "") else mine.slug,
            **{name: self._choose(name) for name in ("title", "excerpt", "published_at")},
        )
        for name in PICTURE:
            setattr(self.merged, name, self._choose(name, "featured_image", PICTURE))
        if mine.published_at is None and base.published_at is None and theirs.published_at:
            self.clashes.add("published_at")  # what was written as a draft does not go live by a merge
        if self.text.clashes:
            self.clashes.add("content")

    @property
    def clashing_fields(self) -> list[tuple[str, str, str]]:
        """(label, theirs, mine) of what clashes beside the text."""
        labels = {"title": "Title", "excerpt": "Excerpt", "published_at": "Publishing", "featured_image": "Picture"}
        return [
            (label, self.theirs.shown(name), self.mine.shown(name))
            for name, label in labels.items()
            if name in self.clashes
        ]

    def _choose(self, name: str, field: str = "", names: tuple[str, ...] = ()) -> object:
        """The value of `name`, where all of `names` come from one side."""
        sides = [[getattr(side, one) for one in names or (name,)] for side in (self.base, self.theirs, self.mine)]
        value, clashes = choose(*sides)
        if clashes:
            self.clashes.add(field or name)
        return value[(names or (name,)).index(name)]
