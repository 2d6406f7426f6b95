"""How often a thing may be tried: the limits, and their counters in the database.

In the database they hold across processes and machines, need no Redis, and roll back with a test.
An hour begins with the first try and ends for all of its tries at once.
"""

import math
import time
import unicodedata
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext
from limits import RateLimitItem, RateLimitItemPerHour
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from accounts.models import Attempt

PASSWORD_BY_NAME = RateLimitItemPerHour(10, namespace="password-name")
PASSWORD_BY_CLIENT = RateLimitItemPerHour(20, namespace="password-client")
RESET_BY_ADDRESS = RateLimitItemPerHour(5, namespace="reset-address")
RESET_BY_CLIENT = RateLimitItemPerHour(20, namespace="reset-client")
SIGNUP_BY_CLIENT = RateLimitItemPerHour(20, namespace="signup-client")


class AttemptStorage(Storage):
    """The counters of `limits` as rows of Attempt. Times are seconds since 1970."""

    STORAGE_SCHEME = ["galley-attempt"]
    base_exceptions = ()  # those of the database pass as they are

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add `amount` in one statement, which no other process can come between; the new count."""
        now = time.time()
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO accounts_attempt AS had ("key", "count", expires_at) VALUES (%s, %s, %s)
                ON CONFLICT ("key") DO UPDATE SET
                    "count" = excluded."count" + CASE WHEN had.expires_at > %s THEN had."count" ELSE 0 END,
                    expires_at = CASE WHEN had.expires_at > %s THEN had.expires_at ELSE excluded.expires_at END
                RETURNING "count"
                """,
                [key, amount, now + expiry, now, now],
            )
            [(count,)] = cursor.fetchall()
        if count == amount:  # a new hour for somebody: the time to forget those that are over
            Attempt.objects.filter(expires_at__lte=now).delete()
        return count

    def decr(self, key: str, amount: int = 1) -> None:
        Attempt.objects.filter(key=key, count__gte=amount).update(count=F("count") - amount)

    def get(self, key: str) -> int:
        return self._live(key).values_list("count", flat=True).first() or 0

    def get_expiry(self, key: str) -> float:
        return self._live(key).values_list("expires_at", flat=True).first() or time.time()

    def check(self) -> bool:
        Attempt.objects.exists()
        return True

    def reset(self) -> int:
        return Attempt.objects.all().delete()[0]

    def clear(self, key: str) -> None:
        Attempt.objects.filter(key=key).delete()

    def _live(self, key: str) -> QuerySet:
        return Attempt.objects.filter(key=key, expires_at__gt=time.time())


_limiter = FixedWindowRateLimiter(AttemptStorage())


class TooManyTries(ValidationError):
    """What a form says where nothing is left; `seconds` is how long to wait."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, math.ceil(seconds))
        minutes = math.ceil(self.seconds / 60)
        said = ngettext(
            "Too many tries. Wait %(minutes)d minute, then try again.",
            "Too many tries. Wait %(minutes)d minutes, then try again.",
            minutes,
        )
        super().__init__(said % {"minutes": minutes}, "throttled")


class Tries:
    """What one try draws on: limits, each with the one whom it counts."""

    def __init__(self, *draws: tuple[RateLimitItem, str]) -> None:
        # A keyed digest: no address of a person lies in the table, and every key has the same length.
        self.draws = [(limit, salted_hmac(__name__, who, algorithm="sha256").hexdigest()) for limit, who in draws]

    def take(self) -> TooManyTries | None:
        """Take one from each limit. Where one is used up, take nothing and answer the error that says so.

        Taken before the thing is tried: of a hundred at once no more get through than of a hundred in a row.
        """
        used_up = [draw for draw in self.draws if not _limiter.hit(*draw)]
        if not used_up:
            return None
        self.give_back()
        ends = max(_limiter.get_window_stats(*draw).reset_time for draw in used_up)
        return TooManyTries(ends - time.time())

    def give_back(self) -> None:
        """This try is not to be counted after all."""
        for limit, who in self.draws:
            _limiter.storage.decr(limit.key_for(who))


def password_tries(request: HttpRequest, name: str) -> Tries:
    """A guess at the password of the account `name`, wherever it is made and whether or not there is one."""
    return Tries((PASSWORD_BY_NAME, _folded(name)), (PASSWORD_BY_CLIENT, _client(request)))


def reset_tries(request: HttpRequest, address: str) -> Tries:
    return Tries((RESET_BY_ADDRESS, _folded(address)), (RESET_BY_CLIENT, _client(request)))


def signup_tries(request: HttpRequest) -> Tries:
    return Tries((SIGNUP_BY_CLIENT, _client(request)))


def _folded(text: str) -> str:
    """The same for all spellings that a database may find the same row by: PostgreSQL compares in upper case."""
    return unicodedata.normalize("NFKC", text).upper().casefold()


def _client(request: HttpRequest) -> str:
    """The client's address; of IPv6 the /64, which is what one customer gets."""
    try:
        address = ip_address(request.META["REMOTE_ADDR"])
    except ValueError:
        return request.META["REMOTE_ADDR"]
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return str(IPv6Network((int(address), 64), strict=False))
    return str(getattr(address, "ipv4_mapped", address))
