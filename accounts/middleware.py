"""Who asks, and by which clock."""

from collections.abc import Callable

from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone


class SignedInMiddleware(AuthenticationMiddleware):
    """Finds out at once, since the clock depends on it: whatever is asked of the stand-in that Django puts there until
    then takes several times as long.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = auth.get_user(request)


class TimeZoneMiddleware:
    """Times are shown and read by the clock of whoever is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(request.user.clock if request.user.is_authenticated else None):
            return self.get_response(request)
