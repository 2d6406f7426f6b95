"""What every request passes: health, compression, the client's true address, and two things that partials need."""

import re
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from core.health import healthz
from core.htmx import VARY, is_partial, kept_words, page_asked_from

SHOWN = {200, 409, 422, 429}  # what htmx puts on the page; what it leaves out would take the message with it
PORT_BEHIND = re.compile(r"^(?:\[([0-9a-fA-F:.]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$")
GetResponse = Callable[[HttpRequest], HttpResponseBase]


class HealthMiddleware:
    """/healthz is answered whatever host it is asked for: a probe knows the machine's address, not the site's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return healthz(request) if request.path_info == "/healthz" else self.get_response(request)


class CompressionMiddleware(GZipMiddleware):
    """Text only: a picture is compressed by itself, and would lose its length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type", "").startswith("image/"):
            return response
        return super().process_response(request, response)


class ClientAddressMiddleware:
    """REMOTE_ADDR becomes the address that the outermost trusted proxy saw.

    With n = TRUSTED_PROXIES, that is the n-th entry of X-Forwarded-For from the right: what stands
    further left was written by the client and is not believed. With n = 0 the header is ignored.
    A proxy must drop headers with underscores, as nginx does: WSGI cannot tell X_Forwarded_For from the true one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.TRUSTED_PROXIES:
            hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
            if len(hops) >= settings.TRUSTED_PROXIES:
                request.META["REMOTE_ADDR"] = PORT_BEHIND.sub(r"\1\2", hops[-settings.TRUSTED_PROXIES])
        return self.get_response(request)


class ExpiredLoginMiddleware:
    """Whoever must sign in again loses nothing.

    A partial gets 401 and a message, and nothing on the page is swapped away. What a plain form sent is kept by the
    app that it belongs to (see kept_words), and signing in leads to it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if "Location" not in response.headers:
            return response
        login = resolve_url(settings.LOGIN_URL)
        if urlsplit(response.headers["Location"]).path == login:
            if is_partial(request):
                # Another tab may have signed in by now: an answer to the old cookie must not take the new one away.
                request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
                context = {"next": page_asked_from(request)[0]}
                response = render(request, "partials/login-expired.html", context, status=401)
            elif kept := kept_words(request):
                response.headers["Location"] = f"{login}?{urlencode({'next': kept})}"
                messages.info(request, _("You were signed out. What you wrote is kept: sign in, and it is there."))
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
            and response.status_code in SHOWN
            and response.headers.get("Content-Type", "").startswith("text/html")
            and not {"Location", "HX-Redirect", "HX-Location", "HX-Refresh"} & set(response.headers)
        )
        if shown and (queued := get_messages(request)):
            context = {"messages": queued, "partial": True}
            response.content += render_to_string("partials/messages.html", context, request).encode()
        return response
