"""What a post is about, in a word or two."""

from collections.abc import Iterable

from django.db import models
from django.urls import reverse
from django.utils.text import slugify


class TagQuerySet(models.QuerySet):
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

    def get_absolute_url(self) -> str:
        return reverse("tag_detail", args=[self.slug])
