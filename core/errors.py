"""The pages for what went wrong: 400, 403 (CSRF too), 404, 413 and 500."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control, patch_vary_headers

from core.htmx import VARY, is_partial, kept_words


def _page(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    """A whole page always: htmx leaves it out. Messages wait for a page that is shown, and no cache keeps this one."""
    context |= {"back_to": ""} | ({"messages": []} if is_partial(request) else {})
    response = render(request, template, context, status=status)
    patch_vary_headers(response, VARY)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _page(request, "413.html", 413)
    return _page(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: the database or the session may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was opened before a sign-in in another tab, or no cookie came back. What it said is kept."""
    return _page(request, "403_csrf.html", 403, kept="" if is_partial(request) else kept_words(request))
