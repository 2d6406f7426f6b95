"""Every address that a post has had. None of them is ever another post's."""

from django.db import models


class Address(models.Model):
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True)
    post = models.ForeignKey("posts.Post", models.SET_NULL, null=True, related_name="addresses")

    def __str__(self) -> str:
        return self.slug
