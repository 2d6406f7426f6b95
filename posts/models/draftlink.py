"""A link that lets somebody without an account read a draft, for a while."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone

if TYPE_CHECKING:
    from posts.models.post import Post

SALT = "posts.draftlink"
DAYS = (1, 7, 30)  # how long a link may hold
MOST = 20  # links of one post, with those that have ended


class DraftLinkQuerySet(models.QuerySet):
    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def valid(self) -> Self:
        """Those that lead somewhere: to a draft, or to the post that it has become."""
        good = self.filter(expires_at__gt=timezone.now(), post__author__is_active=True)
        return good.filter(post__deleted_at=None, post__version__gt=0)

    def by_token(self, token: str) -> "DraftLink | None":
        """The link that the signed `token` names, if it is still good for reading."""
        try:
            pk = signing.Signer(salt=SALT).unsign(token)
        except signing.BadSignature:
            return None
        posts = self.select_related("post__author", "post__featured_image").prefetch_related("post__tags")
        return posts.valid().filter(pk=pk).first()

    def make(self, post: "Post", *, days: int) -> "DraftLink":
        return self.create(post=post, expires_at=timezone.now() + timedelta(days=days))


class DraftLink(models.Model):
    """Revoking it deletes the row."""

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="draft_links")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()

    objects = DraftLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.post} until {self.expires_at:%Y-%m-%d %H:%M}"

    @property
    def token(self) -> str:
        return signing.Signer(salt=SALT).sign(self.pk)

    @property
    def has_ended(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def full_address(self) -> str:
        """To be sent to somebody."""
        return settings.SITE_URL + self.get_absolute_url()

    def get_absolute_url(self) -> str:
        return reverse("draft_link", args=[self.token])
