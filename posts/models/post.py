"""A post: who may see it, who may change it, how it is saved, published and thrown away."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.safestring import SafeString
from django.utils.text import slugify

from accounts.models import User
from core.images.models import Image
from posts import markup
from posts.models.submission import Submission
from posts.models.tag import Tag

RESERVED_SLUGS = {"new", "preview"}  # what stands beside /posts/<slug>/ in urls.py
MOST_WORDS = 8  # of a search; each is a look through every text
SLUG_LENGTH = 80  # characters, before a number that tells equal titles apart


class Conflict(Exception):
    """The post, which is `post` now, was saved by another hand, or in another tab, since the form was opened."""

    def __init__(self, post: "Post") -> None:
        super().__init__()
        self.post = post


def slug_base(title: str) -> str:
    """The address that a title asks for, before a number tells equal ones apart."""
    base = slugify(title, allow_unicode=True)
    if len(base) > SLUG_LENGTH:
        base = base[: SLUG_LENGTH + 1].rpartition("-")[0] or base[:SLUG_LENGTH]
    return base or "post"


class PostQuerySet(models.QuerySet):
    def published(self) -> Self:
        return self.filter(published_at__lte=timezone.now())

    def scheduled(self) -> Self:
        return self.filter(published_at__gt=timezone.now())

    def drafts(self) -> Self:
        return self.filter(published_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What is public, and one's own."""
        public = Q(published_at__lte=timezone.now())
        return self.filter(public | Q(author=user) if user.is_authenticated else public)

    def editable_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(author=user) if user.is_authenticated else self.none()

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


class LivingManager(models.Manager.from_queryset(PostQuerySet)):
    def get_queryset(self) -> PostQuerySet:
        return super().get_queryset().filter(deleted_at=None)


class TrashManager(models.Manager.from_queryset(PostQuerySet)):
    def get_queryset(self) -> PostQuerySet:
        return super().get_queryset().exclude(deleted_at=None)


class Post(models.Model):
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True, blank=True)
    content = models.TextField()
    content_html = models.TextField(editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="posts")
    tags = models.ManyToManyField(Tag, blank=True, related_name="posts")
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
                condition=Q(deleted_at=None),
                name="post_newest_first",
            ),
            models.Index(
                *("author", F("published_at").desc(), F("id").desc()),
                condition=Q(deleted_at=None),
                name="post_of_author",
            ),
            models.Index(
                *("author", F("updated_at").desc(), F("id").desc()),
                condition=Q(deleted_at=None),
                name="post_latest_worked_on",
            ),
            models.Index("deleted_at", condition=Q(deleted_at__isnull=False), name="post_trash"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("post_detail", args=[self.slug])

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
    def reading_minutes(self) -> int:
        return markup.reading_minutes(self.word_count)

    @property
    def prose(self) -> SafeString:
        """The text as readers see it."""
        if not self.content_html:  # a row that was not written by save()
            return markup.render(self.content)
        return markup.rendered(self.content_html)

    @property
    def lacks_image_alt(self) -> bool:
        return bool(self.featured_image_id) and not (self.image_alt or self.image_decorative)

    @property
    def was_public(self) -> bool:
        """Whether readers may know its address."""
        return self.first_published_at is not None and self.first_published_at <= timezone.now()

    # --- Saving ---------------------------------------------------------------------------------------------

    def save(self, **kwargs: object) -> None:
        """Saves the row with all that is known from its text, under a free slug of its title if it has none."""
        if (fields := kwargs.get("update_fields")) is None:
            self.version += not self._state.adding
            self._render()
        elif {"content", "excerpt"} & set(fields):
            kwargs["update_fields"] = {*fields, "content_html", "summary", "word_count"}
            self._render()
        self._write(**kwargs)

    def _render(self) -> None:
        self.content_html = markup.render(self.content)
        self.summary = self.excerpt or markup.excerpt(self.content_html)
        self.word_count = markup.count_words(self.content)

    def _write(self, **kwargs: object) -> None:
        if not self.was_public:
            self.first_published_at = self.published_at
        if self.slug:
            super().save(**kwargs)
        else:
            self._save_under_free_slug(**kwargs)

    def _save_under_free_slug(self, **kwargs: object) -> None:
        for slug in self._free_slugs():
            self.slug = slug
            try:
                with transaction.atomic():
                    super().save(**kwargs)
            except IntegrityError:
                # Somebody took it between the look and the save; any other fault is not ours to hide.
                if not Post.everything.filter(slug=slug).exclude(pk=self.pk).exists():
                    raise
            else:
                return

    def _free_slugs(self) -> Iterator[str]:
        """title, title-2 ... title-9 where they are free, then title-k3f9ap: one query, however many there are."""
        base = slug_base(self.title)
        numbered = [
            *([] if base in RESERVED_SLUGS else [base]),
            *(f"{base}-{number}" for number in range(2, 10)),
        ]
        others = Post.everything.exclude(pk=self.pk)
        taken = set(others.filter(slug__in=numbered).values_list("slug", flat=True))
        yield from (slug for slug in numbered if slug not in taken)
        while True:
            yield f"{base}-{get_random_string(6, 'abcdefghjkmnpqrstuvwxyz23456789')}"

    def revise(
        self,
        *,
        tags: Iterable[str],
        version: int | None = None,
        submission: uuid.UUID | None = None,
        digest: str = "",
    ) -> "Post":
        """Save what was written, in one guarded transaction, and answer the saved post, out of the trash.

        `version` is what the form began from (None: whatever there is), `submission` its one-time token and
        `digest` that of all it sent: both once more save nothing and answer the post of the first time.
        Raises Conflict if the post has moved on, and Image.DoesNotExist if its picture is on its way out.
        """
        self._render()  # before the transaction, which keeps other writers waiting
        with transaction.atomic():
            claim = None
            if submission:
                claim, fresh = Submission.objects.get_or_create(
                    author=self.author, token=submission, defaults={"digest": digest}
                )
                if not fresh and claim.digest == digest:
                    return claim.post
                if not fresh and not self.pk:
                    raise Conflict(claim.post)  # Back after the first save, and other words
            if self.pk:
                self._guard(self.version if version is None else version)
            self.deleted_at = None
            self._write()
            self.tags.set(Tag.objects.named(tags))
            if self.featured_image and not self.featured_image.attach():
                raise Image.DoesNotExist
            if claim:
                claim.post, claim.digest = self, digest
                claim.save(update_fields=["post", "digest"])
        return self

    def _guard(self, version: int) -> None:
        if not Post.everything.filter(pk=self.pk, version=version).update(version=version + 1):
            raise Conflict(Post.everything.get(pk=self.pk))
        self.version = version + 1

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
        self.published_at, self.updated_at = at, timezone.now()
        if not self.was_public:
            self.first_published_at = at
        Post.objects.filter(pk=self.pk).update(
            published_at=at,
            first_published_at=self.first_published_at,
            updated_at=self.updated_at,
            version=F("version") + 1,
        )

    def discard(self) -> None:
        """Into the trash, with its picture, its tags and its address."""
        self.deleted_at = timezone.now()
        Post.everything.filter(pk=self.pk).update(deleted_at=self.deleted_at)

    def restore(self) -> None:
        """Out of the trash, as it was."""
        self.deleted_at = None
        Post.everything.filter(pk=self.pk).update(deleted_at=None)
