"""What a post was at each save. One that lost a clash, or was discarded, is kept beside the line."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core.images.models import Image
from core.prepared import Given, Prepared, PreparedModel
from posts import diff, languages, markup
from posts.models.tag import Tag
from posts.models.use import RevisionImage, may_show

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models.post import Post

PICTURE = ("featured_image_id", "image_alt", "image_decorative")  # one thing, in a merge
MOST_CORRECTIONS = 10  # that stand under a post; all of them are among its changes
LONGEST_TAG = 40  # characters, as in Tag
FIELDS = ("title", "content", "excerpt", "slug", *PICTURE, "published_at", "language")
SEEN = ("title", "content", "excerpt", "featured_image_id", "image_alt")  # what readers see change
LABELS = {  # of what is shown of it beside its text
    "title": gettext_lazy("Title"),
    "excerpt": gettext_lazy("Excerpt"),
    "tags": gettext_lazy("Tags"),
    "slug": pgettext_lazy("of a page", "Address"),
    "featured_image": gettext_lazy("Picture"),
    "language": gettext_lazy("Language"),
    "published_at": gettext_lazy("Publishing"),
}


def _said(at: datetime) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def _said_by(name: str, at: datetime) -> str:
    """Who did it and when, to go on "by"; without a name, the reader."""
    local = timezone.localtime(at)
    said = {"name": name, "time": date_format(local, "TIME_FORMAT"), "day": date_format(local, "MONTH_DAY_FORMAT")}
    today = local.date() == timezone.localdate()
    if name:
        by = pgettext("saved by", "%(name)s at %(time)s"), pgettext("saved by", "%(name)s at %(time)s on %(day)s")
    else:
        by = pgettext("saved by", "you at %(time)s"), pgettext("saved by", "you at %(time)s on %(day)s")
    return by[not today] % said


class RevisionQuerySet(models.QuerySet):
    def line(self) -> Self:
        """The saves, which follow one another; without what is kept beside them."""
        return self.filter(number__isnull=False)

    def public(self) -> Self:
        """What readers could see once, or can."""
        return self.filter(was_public=True)

    def changes(self) -> Self:
        """What readers saw change, the last of it first."""
        return self.filter(is_change=True).order_by("-number")

    def with_all_for_changes(self) -> Self:
        """What the list of changes shows of each."""
        shown = ("post", "created_at", "published_at", "words_added", "words_removed", "correction", "is_withheld")
        line = Revision.objects.public().filter(post=OuterRef("post"), number__lt=OuterRef("number"))
        return self.only(*shown).annotate(before_withheld=Subquery(line.order_by("-number").values("is_withheld")[:1]))

    def corrections(self) -> Self:
        """The last of the changes that their author says something of."""
        corrected = self.changes().exclude(correction="").only("created_at", "published_at", "correction")
        return corrected[:MOST_CORRECTIONS]

    def known_of(self, post: "Post") -> "Revision | None":
        """What is known of the version that `post` has, without its words; None if it was not written by save()."""
        return _KNOWN.first(post=post.pk, number=post.version)

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def with_all_for_list(self) -> Self:
        """What the history shows of each, and not its text."""
        return self.select_related("by").defer("content")

    def said(self, user: "User") -> str:
        """Who made these, as `user` is told: "Ben at 14:02 and you at 14:05, in another tab or on another device"."""
        times = {}
        for revision in self:
            times["" if revision.by == user else str(revision.by or _("Somebody"))] = revision.created_at
        who = ""
        for name, at in times.items():
            one = _said_by(name, at)
            who = pgettext("saved by", "%(one)s and %(other)s") % {"one": who, "other": one} if who else one
        return _("%(who)s, in another tab or on another device") % {"who": who} if "" in times else who


class Revision(PreparedModel):
    """`number` is the post's version that this save made; empty for a text that is kept beside the line."""

    class Reason(models.TextChoices):
        SAVED = "saved", pgettext_lazy("a version", "Saved")
        MERGED = "merged", pgettext_lazy("a version", "Saved, with other changes that came in")
        RESTORED = "restored", pgettext_lazy("a version", "Restored")
        PUBLISHED = "published", pgettext_lazy("a version", "Published")
        UNPUBLISHED = "unpublished", pgettext_lazy("a version", "Made a draft")
        CLASHED = "clashed", pgettext_lazy("a version", "Kept from a clash")
        DISCARDED = "discarded", pgettext_lazy("a version", "Kept when it was discarded")

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
    had_image = models.BooleanField(default=False, help_text="Whether it had a picture, be it kept or not.")
    published_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=12, blank=True)

    was_public = models.BooleanField(default=False, help_text="Readers could see it, for a time or still.")
    is_change = models.BooleanField(default=False, help_text="Readers had seen it before, and saw it change.")
    correction = models.TextField(max_length=500, blank=True, help_text="What the author tells readers of the change.")
    is_withheld = models.BooleanField(default=False, help_text="Its author does not show its words to readers.")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "number"], name="revision_line")]
        indexes = [
            models.Index("post", F("number").desc(), condition=Q(is_change=True), name="changes_of_post"),
            models.Index("post", F("number").desc(), condition=Q(was_public=True), name="public_versions_of_post"),
        ]

    def __str__(self) -> str:
        return _("“%(title)s”") % {"title": self.name} if self.name else f"{self.get_reason_display()}, {self.when}"

    def save(self, **kwargs: object) -> None:
        if self._state.adding:
            self.had_image = self.had_image or bool(self.featured_image_id)
        super().save(**kwargs)

    @classmethod
    def of(cls, post: "Post", tags: Iterable[str] | None = None) -> "Revision":
        """What `post` is now, not saved. `tags`: what it is to be about, if not what its rows say."""
        names = Tag.objects.names_of(post) if tags is None and post.pk else list(tags or ())
        return cls(post=post, tags=names, **{name: getattr(post, name) for name in FIELDS})

    def write_to(self, post: "Post") -> None:
        """Make `post` what this is. Its tags are rows of their own, see Post.revise."""
        for name in FIELDS:
            setattr(post, name, getattr(self, name))

    @property
    def is_public(self) -> bool:
        return self.published_at is not None and self.published_at <= timezone.now()

    def is_seen(self, until: datetime) -> bool:
        """Whether readers could see it before `until`, if it was the post then."""
        return self.published_at is not None and max(self.published_at, self.created_at) <= until

    def looks_other_than(self, other: "Revision") -> bool:
        """Whether readers see a difference in title, text, excerpt, picture or its description."""
        return any(getattr(self, name) != getattr(other, name) for name in SEEN)

    def has_other_words(self, other: "Revision") -> bool:
        return any(getattr(self, name) != getattr(other, name) for name in ("title", "content", "excerpt"))

    def says(self, other: "Revision") -> bool:
        """Whether this is the other: the same words, tags and picture, at whatever address, public or not."""
        names = ("title", "content", "excerpt", "language", *PICTURE)
        tags = [{slugify(name, allow_unicode=True) for name in one.tags} for one in (self, other)]
        return all(getattr(self, name) == getattr(other, name) for name in names) and tags[0] == tags[1]

    def check_fit(self) -> None:
        """Raise ValidationError if it can be no post: it was discarded before it had passed the form."""
        longest = {"title": self.title, "excerpt": self.excerpt, "image_alt": self.image_alt}
        fields = {name: self.post._meta.get_field(name).max_length for name in longest}
        if not (self.title.strip() and self.content.strip()):
            raise ValidationError(_("It has no title or no text yet."))
        if any(len(text) > fields[name] for name, text in longest.items()):
            raise ValidationError(_("Its title, its excerpt or the description of its picture is too long."))
        if any(max(len(name), len(slugify(name, allow_unicode=True))) > LONGEST_TAG for name in self.tags):
            raise ValidationError(_("One of its tags is too long."))

    def count_words(self, before: "Revision") -> None:
        self.words_added, self.words_removed = diff.count(before.content, self.content)

    def hold_still(self) -> None:
        """In the transaction that writes it: see that its picture is there until it ends, or go without it."""
        if self.featured_image_id:
            self.had_image = True
            if not list(Image.objects.select_for_update().filter(pk=self.featured_image_id).values_list("pk")):
                self.featured_image = None

    def note_pictures(self) -> None:
        """Write down, once it is saved, which pictures its text shows."""
        if named := markup.pictures(self.content):
            found = Image.objects.filter(pk__in=named).exclude(state=Image.State.DELETING).order_by("pk")
            # Locked: none goes before its row is written.
            mine = found.filter(may_show(self.post, self.post.author_id)).select_for_update(of=("self",))
            RevisionImage.objects.settle(mine.values_list("pk", flat=True), revision=self)

    @property
    def on_line(self) -> bool:
        return self.number is not None

    @property
    def when(self) -> str:
        return _said(self.created_at)

    @property
    def lost_image(self) -> bool:
        """Whether its picture has gone for good."""
        return self.had_image and not self.featured_image_id

    @property
    def is_current(self) -> bool:
        return self.number == self.post.version

    @property
    def before(self) -> "Revision | None":
        """The save before this one, or what the writer of a text beside the line saw."""
        most = self.number - 1 if self.on_line else self.began_from or 0
        saves = self.post.revisions.line().select_related("by", "featured_image")
        return saves.filter(number__lte=most).order_by("-number").first()

    def shown(self, name: str) -> str:
        """A field in words."""
        if name == "published_at":
            return _said(self.published_at) if self.published_at else pgettext("publishing", "a draft")
        if name == "featured_image":
            return self._shown_picture()
        if name == "language":
            return languages.name(self.language) if self.language else pgettext("language", "the site’s")
        return ", ".join(sorted(self.tags)) if name == "tags" else getattr(self, name)

    def _shown_picture(self) -> str:
        if not self.featured_image_id:
            lost, none = pgettext("picture", "one that is no longer kept"), pgettext("picture", "none")
            return lost if self.lost_image else none
        said = pgettext("picture", "decorative") if self.image_decorative else self.image_alt
        return ": ".join(filter(None, (self.featured_image.name or _("a picture"), said)))

    def differences(self, old: "Revision") -> list[tuple[str, diff.Block]]:
        """(label, what has changed) of each field beside the text in which this differs from `old`."""
        found = []
        for name, label in LABELS.items():
            one, other = old.shown(name), self.shown(name)
            if name == "featured_image" and one == other and old.featured_image_id != self.featured_image_id:
                other = _("%(picture)s (another file)") % {"picture": other}
            if one != other:
                found.append((label, diff.compare_words(one, other)))
        return found

    @property
    def seen_at(self) -> datetime:
        """When readers saw this change."""
        return max(self.created_at, self.published_at)

    @property
    def is_shown(self) -> bool:
        """Whether readers may see the words of this change, of those with_all_for_changes()."""
        return not (self.is_withheld or self.before_withheld)

    @property
    def seen_before(self) -> "Revision | None":
        """What readers saw before this change. What was never public between the two is nobody's business."""
        return self.post.revisions.public().filter(number__lt=self.number).order_by("-number").first()

    def changes_seen(self, old: "Revision") -> list[tuple[str, diff.Block]]:
        """As differences(), of what readers see beside the text: they are not told how a picture's file is called."""
        pairs = [
            (LABELS["title"], old.title, self.title),
            (LABELS["excerpt"], old.excerpt, self.excerpt),
            (_("Description of the picture"), old.image_alt, self.image_alt),
        ]
        if old.featured_image_id != self.featured_image_id:
            none, one, other = pgettext("picture", "none"), _("a picture"), _("another picture")
            shown = one if old.had_image else none, other if old.had_image else one
            pairs.append((LABELS["featured_image"], shown[0], shown[1] if self.had_image else none))
        return [(label, diff.compare_words(before, after)) for label, before, after in pairs if before != after]

    def annotate(self, correction: str, *, withhold_before: bool, withhold_after: bool) -> None:
        """What its author tells readers of this change, and whether they may see the words before and after it."""
        with transaction.atomic():
            self.correction, self.is_withheld = correction, withhold_after
            self.save(update_fields=["correction", "is_withheld"])
            if before := self.seen_before:
                self.post.revisions.filter(pk=before.pk).update(is_withheld=withhold_before)

    def others(self) -> RevisionQuerySet:
        """Of a merged save, those that came in: what others saved since its writer began."""
        return self.post.saved_since(self.began_from).filter(number__lt=self.number)

    def came_in(self) -> list[diff.Block]:
        """What they changed."""
        before = self.post.ancestor(self.began_from)
        return diff.compare(before.content, self.post.ancestor(self.number - 1).content)


_KNOWN = Prepared(
    lambda: Revision.objects.filter(post=Given("post"), number=Given("number")).only(
        "tags", "was_public", "is_change", "created_at"
    )
)
