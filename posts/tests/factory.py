"""Rows for tests: posts in any state, many posts at once, stored pictures without bytes."""

import uuid
from datetime import timedelta
from itertools import count
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from core.images.models import Image
from posts import markup
from posts.models import Post, Tag, WorkingCopy

_numbers = count(1)


def make_post(author: User, *, state: str = "live", tags: tuple[str, ...] = (), **fields: Any) -> Post:
    """A saved post, as `save()` makes it; `state` ("live", "draft", "scheduled") sets `published_at`."""
    now = timezone.now()
    published_at = {"live": now, "draft": None, "scheduled": now + timedelta(days=1)}[state]
    defaults = {"title": f"Post number {next(_numbers)}", "content": "Some text.", "published_at": published_at}
    post = Post(author=author, **defaults | fields)
    post.save()
    post.tags.set(Tag.objects.named(tags))
    return post


def renamed(post: Post) -> Post:
    """The post as a page that is open knows it, by an address that it has no more."""
    Post.objects.filter(pk=post.pk).update(slug=f"{post.slug}-renamed")
    return post


def begin_post(author: User, **typed: str) -> Post:
    """A post that was never saved, with what is `typed` in its working copy."""
    copies = WorkingCopy.objects
    return copies.keep(author=author, post=None, token=uuid.uuid4(), version=0, typed=typed).post


def make_posts(author: User, number: int, **fields: Any) -> list[Post]:
    """`number` live posts by one statement, the first of them the newest, a minute between one and the next."""
    now, html = timezone.now(), markup.render("Some text.")
    made = {"content": "Some text.", "content_html": html, "summary": "Some text.", "word_count": 2} | fields
    posts = []
    for back in range(number):
        at, name = now - timedelta(minutes=back), next(_numbers)
        own = {"title": f"Post number {name}", "slug": f"post-number-{name}"}
        times = {"created_at": at, "published_at": at, "first_published_at": at}
        posts.append(Post(author=author, **times | own | made))
    return Post.objects.bulk_create(posts)


def make_image(owner: User, **fields: Any) -> Image:
    """A picture that its store has, as far as the database knows. Nothing is sent."""
    defaults = {"state": Image.State.STORED, "store": settings.IMAGES_STORE, "format": "jpeg"}
    measures = {"width": 1200, "height": 800, "bytes": 90_000, "version": "1"}
    image = Image(owner=owner, **defaults | measures | fields)
    image.public_id = image.public_id or image.key
    image.save()
    return image
