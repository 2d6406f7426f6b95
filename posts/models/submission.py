"""One sent form: the same token with the same words is the same save."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, models

from core.prepared import Given, Prepared, PreparedModel

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models.post import Post


class SubmissionQuerySet(models.QuerySet):
    def of(self, author: "User", token: UUID | None) -> "Submission | None":
        return _OF.first(author=author.pk, token=token) if token else None


class Submission(PreparedModel):
    """Written inside the transaction of its save: of two that come at once, one is rolled back, and looks again."""

    class Taken(Exception):
        """The same form was saved at the same time."""

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

    def note(self, post: "Post", digest: str, *, order: int, own: bool) -> None:
        """Remember one more save of this form; `own` says that it holds nothing of others. Raises Taken."""
        self.post, self.order = post, max(order, self.order)
        self.digest = f"{self.digest} {digest}".strip()
        if own:
            self.version = post.version
        try:
            self.save(force_insert=self._state.adding)
        except IntegrityError:
            raise Submission.Taken from None

    def follow(self, version: int) -> int:
        """What the form goes on from, that began from `version`: Back, and a second click, go on from its own save."""
        return max(version, self.version)


_OF = Prepared(lambda: Submission.objects.filter(author=Given("author"), token=Given("token", models.UUIDField())))
