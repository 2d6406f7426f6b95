"""Which pictures a text shows: rows that are written in the transaction that writes the text.

A post's and a working copy's hold their pictures; a revision's let them go after the days of grace, as it lets go of
its lead picture. In a text a picture is named by its address, /images/<uuid>: see posts/markup.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q

from core.images.models import Image
from posts import markup

if TYPE_CHECKING:
    from posts.models.post import Post


class UseQuerySet(models.QuerySet):
    def settle(self, images: Iterable[UUID], **holder: models.Model) -> None:
        """Make these the pictures that `holder` shows: settle(pks, post=post)."""
        images, known = set(images), set(self.filter(**holder).values_list("image", flat=True))
        if gone := known - images:
            self.filter(**holder, image__in=gone).delete()
        self.bulk_create([self.model(image_id=pk, **holder) for pk in sorted(images - known)])


class Use(models.Model):
    image = models.ForeignKey(Image, models.PROTECT, related_name="+")

    objects = UseQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.image_id} in {self.holder}"


class PostImage(Use):
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "image"], name="picture_of_post")]

    @property
    def holder(self) -> models.Model:
        return self.post


class WorkingCopyImage(Use):
    working_copy = models.ForeignKey("posts.WorkingCopy", models.CASCADE, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["working_copy", "image"], name="picture_of_working_copy")]

    @property
    def holder(self) -> models.Model:
        return self.working_copy


class RevisionImage(Use):
    image = models.ForeignKey(Image, models.CASCADE, related_name="+")
    revision = models.ForeignKey("posts.Revision", models.CASCADE, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "image"], name="picture_of_revision")]

    @property
    def holder(self) -> models.Model:
        return self.revision


def may_show(post: "Post", author: int) -> Q:
    """The pictures that a text of `post` may show: its `author`'s (a key), and whoever's it has, or has had as far
    as its history knows. Another's address is no way to what is not one's own.
    """
    may = Q(owner=author) | Q(pk=post.featured_image_id)
    may |= Q(pk__in=post.revisions.exclude(featured_image=None).values("featured_image"))
    may |= Q(pk__in=PostImage.objects.filter(post=post).values("image"))
    return may | Q(pk__in=RevisionImage.objects.filter(revision__post=post).values("image"))


def shown_in(posts: "Sequence[Post]") -> dict[int, dict[UUID, Image]]:
    """By the key of each of `posts`, the pictures that its text shows, by theirs: two queries at most for them all.

    The rule is that of Post.with_pictures.
    """
    named = {post.pk: markup.pictures(post.content_html) for post in posts}
    wanted = {pk for names in named.values() for pk in names}
    if not wanted:
        return {post.pk: {} for post in posts}
    images = Image.objects.exclude(state=Image.State.DELETING).in_bulk(wanted)
    used = set(PostImage.objects.filter(post__in=named, image__in=images).values_list("post", "image"))

    def may(post: "Post", pk: UUID) -> bool:
        return pk in images and (images[pk].owner_id == post.author_id or (post.pk, pk) in used)

    return {post.pk: {pk: images[pk] for pk in named[post.pk] if may(post, pk)} for post in posts}
