"""People who write here, and how often somebody has knocked lately."""

from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from core.addresses import address
from core.images.models import Image


class UserQuerySet(models.QuerySet):
    def named(self, username: str) -> Self:
        """Ada, if she is called "ada": a name is one person's, however it is written. Uses the index of the rule."""
        return self.filter(Exact(Lower("username"), Lower(models.Value(username))))


class AuthorManager(UserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username: str) -> "User":
        return self.named(username).get()


class User(AbstractUser):
    first_name = last_name = None
    display_name = models.CharField(max_length=80, blank=True, help_text="Shown with your posts.")
    bio = models.TextField(max_length=600, blank=True)
    avatar = models.ForeignKey(Image, models.PROTECT, null=True, blank=True, related_name="+")

    time_zone = models.CharField(max_length=60, blank=True, help_text="Such as Europe/Stockholm. Empty: the site's.")

    objects = AuthorManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("username"),
                name="username_case_insensitive",
                violation_error_message=_("This name is taken."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.display_name or self.username

    get_short_name = get_full_name

    def get_absolute_url(self) -> str:
        return address("author_detail", self.username)

    @property
    def clock(self) -> ZoneInfo | None:
        """By which her times are shown and read; None: by the site's."""
        try:
            return ZoneInfo(self.time_zone) if self.time_zone else None
        except (ZoneInfoNotFoundError, ValueError, OSError):  # another machine knew it
            return None


class Attempt(models.Model):
    """How many times a thing was tried within a span of time; see throttle.py."""

    key = models.CharField(max_length=200, primary_key=True)
    count = models.PositiveIntegerField()
    expires_at = models.FloatField(db_index=True, help_text="seconds since 1970")

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
