"""One sent form: the same token with the same words is the same save."""

from django.conf import settings
from django.db import models


class Submission(models.Model):
    """Taken inside the transaction of its save: of two that come at once, the second waits for the first."""

    token = models.UUIDField()
    digest = models.CharField(max_length=64, help_text="Of what was sent, to tell a repetition from a change.")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    post = models.ForeignKey("posts.Post", models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "token"], name="submission_once")]

    def __str__(self) -> str:
        return str(self.token)
