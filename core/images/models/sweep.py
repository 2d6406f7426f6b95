"""What the sweeps have done."""

from django.db import models
from django.utils import timezone

MOST_SWEEPS = 100  # that are remembered


class Sweep(models.Model):
    """What one run of `images_sweep --apply` has done; without an end it is under way, or was cut short."""

    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    marked = models.PositiveIntegerField(default=0, help_text="newly without use")
    removed = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0, help_text="to try again")

    class Meta:
        indexes = [models.Index(fields=["-began_at"], name="sweep_newest_first")]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"

    def end(self) -> None:
        """It came to its end; what is older than the MOST_SWEEPS newest is forgotten."""
        self.ended_at = timezone.now()
        self.save()
        newest = Sweep.objects.order_by("-began_at").values_list("pk", flat=True)[:MOST_SWEEPS]
        Sweep.objects.exclude(pk__in=list(newest)).delete()
