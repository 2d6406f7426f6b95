"""21 نوفمبر 2026, as Unicode's CLDR has it; Django puts a comma into a date."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j F Y"  # months have no short names
MONTH_DAY_FORMAT = "j F"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y، H:i"
SHORT_DATETIME_FORMAT = "j F Y، H:i"
ZONED_DATETIME_FORMAT = "j F Y، H:i T"
WEEKDAY_DATETIME_FORMAT = "l j F Y، H:i"
MONTH_DAY_TIME_FORMAT = "j F، H:i"
SHORT_MONTH_DAY_TIME_FORMAT = "j F، H:i"
SECONDS_FORMAT = "H:i:s"
