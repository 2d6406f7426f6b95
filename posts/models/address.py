"""Every address that a post has had. None of them is ever another post's.

When a post is removed for good, those that readers may know stay, and say so (410). They are kept for its author:
what she writes anew under one of them is found there by whoever holds the link.
"""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.deletion import Collector

if TYPE_CHECKING:
    from posts.models.post import Post


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
