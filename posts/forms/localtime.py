"""A time of somebody's own clock."""

import re
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

MINUTE = "%Y-%m-%dT%H:%M"
YEARS = range(1900, 2200)  # beyond them a change of time zone has no answer
OFFSET = re.compile(r":\d\d.*(Z|[+-]\d\d(:?\d\d)?)$")


class LocalTimeField(forms.DateTimeField):
    """A time of the person's own clock. An hour that comes twice is the first of the two; `twice` says so."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format=MINUTE)
    default_error_messages = {
        "invalid": _("Write the time as in 2026-11-21 09:00."),
        "gap": _("The clocks go forward over this time: that day has no %(time)s."),
    }
    twice = False

    def to_python(self, value: Any) -> datetime | None:
        """Raises ValidationError for a time that the clocks leave out, as PEP 495 tells it."""
        with timezone.override(UTC):
            at = super().to_python(value)
        if at is None:
            return None
        if at.year not in YEARS:
            said = _("Choose a year from %(first)d to %(last)d.")
            raise ValidationError(said, params={"first": YEARS[0], "last": YEARS[-1]})
        if OFFSET.search(str(value)):
            return at
        local = at.replace(tzinfo=timezone.get_current_timezone())
        if local.astimezone(UTC).astimezone(local.tzinfo) != local:
            raise ValidationError(self.error_messages["gap"], "gap", {"time": date_format(local, "TIME_FORMAT")})
        self.twice = local.utcoffset() != local.replace(fold=1).utcoffset()
        return local.astimezone(UTC)
