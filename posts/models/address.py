"""The address of a post, and every one that it has had. None of them is ever another post's.

When a post is removed for good, those that readers may know stay, and say so (410). They are kept for its author:
what she writes anew under one of them is found there by whoever holds the link.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.deletion import Collector
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from posts.models.guarded import Guarded

if TYPE_CHECKING:
    from posts.models.post import Post

RESERVED_SLUGS = {"new", "preview"}  # what stands beside /posts/<slug>/ in urls.py
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # that are not taken for one another
SLUG_LENGTH = 80  # characters, before a number that tells equal titles apart


def slug_base(title: str) -> str:
    """The address that a title asks for, before a number tells equal ones apart."""
    base = slugify(title, allow_unicode=True)
    if len(base) > SLUG_LENGTH:
        base = base[: SLUG_LENGTH + 1].rpartition("-")[0] or base[:SLUG_LENGTH]
    return base or "post"


class AddressQuerySet(models.QuerySet):
    def gone(self) -> Self:
        """Those of posts that were public and are removed for good, be they a draft's by now."""
        return self.filter(Q(post=None) | Q(author__isnull=False))

    def taken_from(self, post: "Post") -> Self:
        """Those that `post` cannot have: they are, or were, another's."""
        free = Q(post=None, author=post.author_id)
        return self.exclude(free | Q(post=post.pk) if post.pk else free)

    def claim(self, slug: str, post: "Post") -> None:
        """Make it an address of `post`. Raises IntegrityError if it is taken."""
        if not self.filter(slug=slug, post=None, author=post.author_id).update(post=post):
            self.create(slug=slug, post=post)


def keep_if_public(collector: Collector, field: models.Field, rows: models.QuerySet, using: str) -> None:
    """What becomes of addresses when their post is removed; an `on_delete`. A draft's are free again."""
    rows, posts = list(rows), field.remote_field.model.everything.using(using).once_public()
    authors = dict(posts.filter(pk__in={row.post_id for row in rows}).values_list("pk", "author"))
    for post, author in authors.items():
        kept = [row for row in rows if row.post_id == post]
        collector.add_field_update(field.model._meta.get_field("author"), author, kept)
    known = [row for row in rows if row.post_id in authors or row.author_id]
    collector.add_field_update(field, None, known)
    models.CASCADE(collector, field, [row for row in rows if row not in known], using)


class Address(models.Model):
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    post = models.ForeignKey("posts.Post", keep_if_public, null=True, related_name="addresses")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Whose the removed post was that readers may look for here.",
    )

    objects = AddressQuerySet.as_manager()

    def __str__(self) -> str:
        return self.slug


class Addressed(Guarded):
    """What a post has an address by."""

    class Meta:
        abstract = True

    def _write(self, old_slug: str = "", **kwargs: object) -> None:
        if not self.was_public:
            self.first_published_at = self.published_at
        if self.slug:
            self._save_here(old_slug, **kwargs)
        else:
            self._save_under_free_slug(old_slug, **kwargs)

    def _save_here(self, old_slug: str = "", **kwargs: object) -> None:
        """Raises IntegrityError if the address is, or once was, another post's."""
        new = self._state.adding
        super().save(**kwargs)
        if self.slug == old_slug:
            return
        if old_slug:  # a row that was not written by save() has told nobody of its own
            Address.objects.get_or_create(slug=old_slug, defaults={"post": self})
        if new or not self.addresses.filter(slug=self.slug).exists():
            Address.objects.claim(self.slug, self)

    def _save_under_free_slug(self, old_slug: str, **kwargs: object) -> None:
        for slug in self._free_slugs():
            self.slug = slug
            try:
                with transaction.atomic():
                    self._save_here(old_slug, **kwargs)
            except IntegrityError:
                # Somebody took it between the look and the save; any other fault is not ours to hide.
                if self.may_have(slug):
                    raise
            else:
                return

    def may_have(self, slug: str) -> bool:
        """Whether no other post has, or has had, this address."""
        others = type(self).everything.exclude(pk=self.pk).filter(slug=slug)
        return not (others.exists() or Address.objects.taken_from(self).filter(slug=slug).exists())

    def _free_slugs(self) -> Iterator[str]:
        """title, title-2 ... title-9 where they are free, then title-k3f9ap: one query, however many there are."""
        base = slug_base(self.title)
        numbered = [
            *([] if base in RESERVED_SLUGS else [base]),
            *(f"{base}-{number}" for number in range(2, 10)),
        ]
        posts = type(self).everything.exclude(pk=self.pk).filter(slug__in=numbered).values_list("slug", flat=True)
        others = Address.objects.taken_from(self).filter(slug__in=numbered).values_list("slug", flat=True)
        taken = set(posts.union(others))
        yield from (slug for slug in numbered if slug not in taken)
        while True:
            yield f"{base}-{get_random_string(6, LETTERS)}"
