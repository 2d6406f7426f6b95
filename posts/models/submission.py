"""One sent form: the same token twice is the same save."""

import uuid

from django.conf import settings
from django.db import models


class SubmissionQuerySet(models.QuerySet):
    def claim(self, token: uuid.UUID, *, author: models.Model) -> "Submission | None":
        """Take `token` for the save that is under way, inside its transaction; None if a save had it before.

        Two that come at once: the database lets the second wait until the first is done.
        """
        submission, fresh = self.get_or_create(token=token, author=author)
        return submission if fresh else None


class Submission(models.Model):
    token = models.UUIDField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    post = models.ForeignKey("posts.Post", models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "token"], name="submission_once")]

    def __str__(self) -> str:
        return str(self.token)
