"""What a post is about, in a word or two."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from core.addresses import address
from core.prepared import Given, Prepared
from core.text import one_line
from core.triggers import Trigger, row_trigger

if TYPE_CHECKING:
    from posts.models.post import Post

COMMAS = re.compile("[,،、，]")  # of Arabic, Chinese and Japanese too


@lru_cache(maxsize=5000)
def tag_link(slug: str, name: str) -> SafeString:
    """Written out, for templates take ten times as long for it."""
    return format_html('<a class="tag" href="{}">{}</a>', address("tag_detail", slug), name)


class TagQuerySet(models.QuerySet):
    def names_of(self, post: "Post") -> list[str]:
        """What `post` is about, as its rows say now."""
        return [tag.name for tag in _OF_POST(post=post.pk)]

    def named(self, names: Iterable[str]) -> "list[Tag]":
        """The tags of these names, made where they are missing. Two names with one slug are one tag."""
        names = list(names)
        if not names:
            return []
        known = list(self.filter(name__in=names))
        if {tag.name for tag in known} == set(names):
            return known
        slugs = {tag.name: tag.slug for tag in known}
        wanted = {slugs.get(name) or slugify(name, allow_unicode=True): name for name in names}
        wanted.pop("", None)
        # In order, so that two who make the same tags never wait for each other.
        self.bulk_create([Tag(slug=slug, name=name) for slug, name in sorted(wanted.items())], ignore_conflicts=True)
        return list(self.filter(slug__in=wanted))


class Tag(models.Model):
    name = models.CharField(max_length=40)
    slug = models.SlugField(max_length=60, unique=True, allow_unicode=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def names_in(typed: str) -> list[str]:
        """["coast", "tides"] of "#coast, tides,": each once."""
        names = dict.fromkeys(one_line(name) for name in COMMAS.split(typed.replace("#", "")))
        return [name for name in names if slugify(name, allow_unicode=True)]

    def get_absolute_url(self) -> str:
        return address("tag_detail", self.slug)


_OF_POST = Prepared(lambda: Tag.objects.filter(taggings__post=Given("post")))


class PostTag(models.Model):
    """That a post is about something; with the post's date, so that a tag's page reads its newest posts in order.

    The database keeps `published_at`, see triggers(): empty for a draft and in the trash.
    """

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "posts_post_tags"
        unique_together = [("post", "tag")]
        indexes = [
            models.Index(
                *("tag", F("published_at").desc(), F("post").desc()),
                condition=Q(published_at__isnull=False),
                name="post_of_tag",
            )
        ]

    def __str__(self) -> str:
        return f"{self.post_id} about {self.tag_id}"


def triggers() -> list[Trigger]:
    """What keeps PostTag.published_at what its post says."""
    seen = ("published_at", "deleted_at")
    date = "(SELECT CASE WHEN p.deleted_at IS NULL THEN p.published_at END FROM posts_post p WHERE p.id = {})"
    update = "UPDATE posts_post_tags SET published_at ="
    of_post = f"{update} {date.format('NEW.id')} WHERE post_id = NEW.id"
    of_tagging = f"{update} {date.format('NEW.post_id')} WHERE id = NEW.id"
    return [
        row_trigger("tag_date_of_post", "UPDATE OF published_at, deleted_at", "posts_post", of_post, differs=seen),
        row_trigger("tag_date_of_tagging", "INSERT", "posts_post_tags", of_tagging),
    ]
