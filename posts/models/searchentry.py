"""What search keeps of posts beside the words themselves, which are the databases' own: see posts/search."""

from django.db import models
from django.db.models import F


class SearchEntry(models.Model):
    """A post that can be found. The database keeps `published_at`, see search.triggers(): empty in the trash."""

    post = models.OneToOneField("posts.Post", models.CASCADE, primary_key=True, related_name="+")
    published_at = models.DateTimeField(null=True, editable=False)
    digest = models.CharField(max_length=32, editable=False, help_text="Of the words: the same need not be kept anew.")

    def __str__(self) -> str:
        return f"words of {self.post_id}"


class SearchWord(models.Model):
    """A word of some post, be it a draft: nobody is shown it before posts/search has found it in a published one.

    Those of many posts were mostly met early, so the first of some are the more common ones.
    """

    word = models.CharField(max_length=64)
    backwards = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word"], name="search_word")]
        indexes = [models.Index(F("backwards"), name="search_word_backwards")]

    def __str__(self) -> str:
        return self.word
