"""21 November 2026, as the demo's authors would write it."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
MONTH_DAY_FORMAT = "j F"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
# Ours: Django knows no others. Each language has all of them.
ZONED_DATETIME_FORMAT = "j F Y, H:i T"
WEEKDAY_DATETIME_FORMAT = "D j M Y, H:i"
MONTH_DAY_TIME_FORMAT = "j F, H:i"
SHORT_MONTH_DAY_TIME_FORMAT = "j M, H:i"
SECONDS_FORMAT = "H:i:s"
