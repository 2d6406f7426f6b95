"""A link that lets somebody without an account read a draft, for a while."""

from datetime import datetime, timedelta
from typing import Self

from django.core import signing
from django.db import models
from django.urls import reverse
from django.utils import timezone

SALT = "posts.draftlink"


class DraftLinkQuerySet(models.QuerySet):
    def valid(self) -> Self:
        return self.filter(expires_at__gt=timezone.now(), post__deleted_at=None)

    def by_token(self, token: str) -> "DraftLink | None":
        """The link that the signed `token` names, if it is still good for reading."""
        try:
            pk = signing.Signer(salt=SALT).unsign(token)
        except signing.BadSignature:
            return None
        return self.valid().filter(pk=pk).first()

    def lasting(self, days: int) -> datetime:
        """When a link that is made now ends."""
        return timezone.now() + timedelta(days=days)


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

    def get_absolute_url(self) -> str:
        return reverse("draft_link", args=[self.token])
