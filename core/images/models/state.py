"""Where an image stands in its life, and how long it may stand there."""

from datetime import timedelta

from django.db import models
from django.utils.translation import pgettext_lazy

HELD_FOR = timedelta(hours=24)  # how long a chosen picture waits for its form
EXPIRED_AFTER = 2 * HELD_FOR  # longer than the token, a signed upload (1 h) and every timeout together can live
GRACE = timedelta(days=30)  # how long what nothing refers to is kept: images_sweep's, unless it is told another


class State(models.TextChoices):
    HELD = "h", pgettext_lazy("state of a picture", "held")
    RESERVED = "r", pgettext_lazy("state of a picture", "reserved")
    STORED = "s", pgettext_lazy("state of a picture", "stored")
    DELETING = "d", pgettext_lazy("state of a picture", "deleting")
