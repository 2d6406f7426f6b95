"""One sent form: the same token with the same words is the same save."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


class SubmissionQuerySet(models.QuerySet):
    def of(self, author: "User", token: UUID | None) -> "Submission | None":
        return self.filter(author=author, token=token).select_related("post").first() if token else None


class Submission(models.Model):
    """Taken inside the transaction of its save: of two that come at once, the second waits for the first."""

    token = models.UUIDField()
    digest = models.TextField(help_text="Of all that was sent with it, to tell a repetition from a change.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    post = models.ForeignKey("posts.Post", models.CASCADE, null=True, related_name="+")
    version = models.PositiveIntegerField(default=0, help_text="The last of its saves that holds nothing of others.")
    order = models.BigIntegerField(default=0, help_text="The form's own count at its last save.")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "token"], name="submission_once")]

    def __str__(self) -> str:
        return str(self.token)

    def knows(self, digest: str) -> bool:
        """Whether this was sent before, last or earlier."""
        return digest in self.digest.split(" ")

    def follow(self, version: int) -> int:
        """What the form goes on from, that began from `version`: Back, and a second click, go on from its own save."""
        return max(version, self.version)
