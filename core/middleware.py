"""What every request passes: the client's true address, and two things that partials need."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from core.htmx import VARY, is_partial

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ClientAddressMiddleware:
    """REMOTE_ADDR becomes the address that the outermost trusted proxy saw.

    With n = TRUSTED_PROXIES, that is the n-th entry of X-Forwarded-For from the right: what stands
    further left was written by the client and is not believed. With n = 0 the header is ignored.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.TRUSTED_PROXIES:
            hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
            if len(hops) >= settings.TRUSTED_PROXIES:
                request.META["REMOTE_ADDR"] = hops[-settings.TRUSTED_PROXIES]
        return self.get_response(request)


class ExpiredLoginMiddleware:
    """A partial whose sender must sign in again gets 401 and a message: nothing on the page is swapped away."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if urlsplit(response.headers.get("Location", "")).path == resolve_url(settings.LOGIN_URL):
            if is_partial(request):
                context = {"next": request.htmx.current_url_abs_path or "/"}
                response = render(request, "partials/login-expired.html", context, status=401)
            patch_vary_headers(response, VARY)
        return response


class PartialMessagesMiddleware:
    """Queued messages ride on the next partial that is shown, as they do on the next page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        shown = (
            is_partial(request)
            and not response.streaming
            and response.status_code not in {204, 304}
            and response.headers.get("Content-Type", "").startswith("text/html")
            and not {"Location", "HX-Redirect", "HX-Location", "HX-Refresh"} & set(response.headers)
        )
        if shown and (queued := get_messages(request)):
            context = {"messages": queued, "partial": True}
            response.content += render_to_string("partials/messages.html", context, request).encode()
        return response
