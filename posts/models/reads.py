"""How often a post was read: a number a day, and nothing about whoever read it."""

from django.db import models


class Reads(models.Model):
    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="reads")
    day = models.DateField(help_text="In UTC.")
    number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "day"], name="reads_of_day")]

    def __str__(self) -> str:
        return f"{self.number} on {self.day}"
