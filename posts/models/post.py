"""A post: what it is, how it is shown, published and thrown away. saving.py says how it is saved."""

import uuid
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.models import User
from core.addresses import address
from core.images.models import Image
from posts import card, languages, markup
from posts.markup.headings import ENOUGH_HEADINGS, ENOUGH_WORDS
from posts.models.revision import Revision
from posts.models.saving import Conflict, Saved
from posts.models.tag import Tag, tag_link
from posts.models.use import PostImage
from posts.models.visibility import LivingManager, PostQuerySet, TrashManager


class Post(Saved):
    _shown: dict[uuid.UUID, Image] | None = None  # the pictures in its text, where fetch_pictures() has asked for them

    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True, blank=True)
    content = models.TextField()
    content_html = models.TextField(editable=False)
    headings = models.JSONField(default=list, editable=False, help_text="Of the text: [[level, id, words], ...].")
    language = models.CharField(max_length=12, blank=True, help_text="Such as “de”. Empty: the site's.")
    author = models.ForeignKey(User, models.PROTECT, related_name="posts")
    tags = models.ManyToManyField(Tag, through="posts.PostTag", blank=True, related_name="posts")
    excerpt = models.TextField(max_length=300, blank=True)
    summary = models.CharField(max_length=300, editable=False, help_text="The excerpt, or the text's beginning.")
    word_count = models.PositiveIntegerField(default=0, editable=False)

    featured_image = models.ForeignKey(Image, models.PROTECT, null=True, blank=True, related_name="+")
    image_alt = models.CharField(max_length=300, blank=True)
    image_decorative = models.BooleanField(default=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True, help_text="Empty: a draft. Ahead: scheduled.")
    first_published_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False, help_text="When readers last saw it change.")
    change_count = models.PositiveIntegerField(default=0, editable=False, help_text="How often since it was public.")
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every save.")

    objects = LivingManager()
    trash = TrashManager()
    everything = models.Manager.from_queryset(PostQuerySet)()

    class Meta:
        indexes = [
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                "deleted_at",  # or SQLite looks into each row that a deep page passes over
                condition=Q(deleted_at=None),
                name="post_newest_first",
            ),
            models.Index(
                *("author", F("published_at").desc(), F("id").desc(), "deleted_at"),
                condition=Q(deleted_at=None),
                name="post_of_author",
            ),
            models.Index(
                *("author", F("updated_at").desc(), F("id").desc()),
                condition=Q(deleted_at=None),
                name="post_latest_worked_on",
            ),
            models.Index("deleted_at", condition=Q(deleted_at__isnull=False), name="post_trash"),
            models.Index(fields=["changed_at", "id"], condition=Q(changed_at__isnull=False), name="post_changed"),
        ]

    def __str__(self) -> str:
        return self.title or gettext("Untitled")

    def get_absolute_url(self) -> str:
        return address("post_detail", self.slug)

    @property
    def status(self) -> str:
        """ "draft", "scheduled" or "published"."""
        if self.published_at is None:
            return "draft"
        return "published" if self.published_at <= timezone.now() else "scheduled"

    @status.setter
    def status(self, status: str) -> None:
        if status == "draft":
            self.published_at = None
        elif self.status != "published":
            self.published_at = timezone.now()

    @property
    def reading_time(self) -> SafeString:
        return markup.reading_time(self.word_count)

    @property
    def tag_links(self) -> SafeString:
        return format_html_join("", "{}", ((tag_link(tag.slug, tag.name),) for tag in self.tags.all()))

    @property
    def lang_attrs(self) -> SafeString | str:
        """lang and dir for an element with its words, where these differ from the page's."""
        return languages.where_it_differs(self.language)

    @property
    def lang_attr(self) -> SafeString | str:
        """lang alone, for an element that finds its direction in its words."""
        return languages.spoken(self.language)

    @property
    def contents(self) -> SafeString | str:
        """The table of contents, of a long text."""
        if len(self.headings) < ENOUGH_HEADINGS or self.word_count < ENOUGH_WORDS:
            return ""
        return markup.table_of_contents(self.headings)

    @property
    def prose(self) -> SafeString:
        """The text as readers see it."""
        # A row that was not written by save() is rendered now.
        html = self.content_html or markup.render(self.content)
        if "/images/" not in html:
            return markup.rendered(html)
        return self.with_pictures(html) if self._shown is None else markup.place_pictures(html, self._shown)

    def fetch_pictures(self) -> None:
        """Ask at once for every picture that its page shows: its own, those in its text, and its author's."""
        named = markup.pictures(self.content_html) if "/images/" in self.content_html else []
        wanted = {*named, self.featured_image_id, self.author.avatar_id} - {None}
        if not self.content_html:
            return
        self._shown = {}
        if not wanted:
            return
        images = Image.objects.in_bulk(wanted)
        self.featured_image, self.author.avatar = map(images.get, (self.featured_image_id, self.author.avatar_id))
        for image in filter(None, map(images.get, named)):
            if image.state != Image.State.DELETING:
                self._shown[image.pk] = image
        if any(image.owner_id != self.author_id for image in self._shown.values()):
            used = set(PostImage.objects.filter(post=self).values_list("image", flat=True))
            for image in [*self._shown.values()]:
                if image.owner_id != self.author_id and image.pk not in used:
                    del self._shown[image.pk]

    def with_pictures(self, html: str) -> SafeString:
        """A text of this post as it was rendered, with its pictures where they are now; one query if it has any."""
        if not (named := markup.pictures(html)):
            return markup.rendered(html)
        mine = Q(owner=self.author_id)
        if self.pk:
            mine |= Q(pk__in=PostImage.objects.filter(post=self).values("image"))
        found = Image.objects.filter(mine, pk__in=named).exclude(state=Image.State.DELETING)
        return markup.place_pictures(html, {image.pk: image for image in found})

    @property
    def social_image(self) -> str:
        """The whole address of a picture of presets.SOCIAL's size: its own, or its title drawn."""
        if self.featured_image and (own := self.featured_image.social()):
            return urljoin(settings.SITE_URL, own)
        drawn = address("post_social", self.slug)
        return f"{settings.SITE_URL}{drawn}?{card.version(self.title, str(self.author))}"

    @property
    def lacks_image_alt(self) -> bool:
        return bool(self.featured_image_id) and not (self.image_alt or self.image_decorative)

    @property
    def was_public(self) -> bool:
        """Whether readers may know its address: as once_public() has it."""
        return self.first_published_at is not None and self.first_published_at <= (self.deleted_at or timezone.now())

    # --- Publishing, the trash ------------------------------------------------------------------------------

    def publish(self, at: datetime | None = None) -> None:
        """Make it public now, or `at` a time ahead. What readers have seen before keeps its first date."""
        if at or self.status != "published":
            self._set_published_at(at or self.public_date())

    def public_date(self) -> datetime:
        """Under which date it is public from now on, if nobody gives another."""
        return self.first_published_at if self.was_public else timezone.now()

    def unpublish(self) -> None:
        """Make it a draft again, or call off its schedule."""
        self._set_published_at(None)

    def _set_published_at(self, at: datetime | None) -> None:
        self.published_at = at
        reasons = Revision.Reason
        reason = reasons.PUBLISHED if at else reasons.UNPUBLISHED
        try:
            saved = self.revise(reason=reason)
        except Conflict as conflict:  # somebody did the same or the opposite at the same moment: the last one counts
            conflict.post.published_at = at
            saved = conflict.post.revise(reason=reason)
        for name in ("published_at", "first_published_at", "updated_at", "version", "changed_at", "change_count"):
            setattr(self, name, getattr(saved, name))

    def discard(self) -> None:
        """Into the trash, with its picture, its tags and its address."""
        self.deleted_at = timezone.now()
        Post.everything.filter(pk=self.pk).update(deleted_at=self.deleted_at)

    def restore(self) -> None:
        """Out of the trash, as it was; but what would have gone live meanwhile comes back as a draft."""
        missed = self.deleted_at and self.published_at and self.deleted_at < self.published_at <= timezone.now()
        if missed:
            self.unpublish()  # which brings it back; nobody has seen it meanwhile
        else:
            Post.everything.filter(pk=self.pk).update(deleted_at=None)
        self.deleted_at = None
