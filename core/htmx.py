"""The one place that decides between page and partial, and how a form that worked moves on."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

require_form_methods = require_http_methods(["GET", "HEAD", "POST"])
VARY = ("HX-Request", "HX-Request-Type")
PATH = re.compile(r"/(?![/\\])")  # from the root of this site: no host, however it is disguised


def asks_for_part(environ: Mapping[str, Any]) -> bool:
    """Whether the answer is a part of the page: htmx asks for it, and not to restore a page from history."""
    return (
        environ.get("HTTP_HX_REQUEST") == "true"
        and environ.get("HTTP_HX_REQUEST_TYPE", "partial") == "partial"
        and environ.get("HTTP_HX_HISTORY_RESTORE_REQUEST") != "true"
    )


def is_partial(request: HttpRequest) -> bool:
    return asks_for_part(request.META)


def render_page(
    request: HttpRequest,
    template: str,
    context: dict | None = None,
    *,
    partial: str,
    status: int = 200,
    public: bool = False,
) -> TemplateResponse:
    """The whole of `template`, or only its `{% partialdef partial %}` where htmx asks for that.

    A `partial` that is a path of its own ("partials/post-row.html") is answered as that file.
    Answers are marked so that no cache takes one for the other, and none keeps a private one;
    `no-store` would switch off the browser's Back cache. `public`: it is the same for everybody who is signed out.
    """
    if asked := is_partial(request):
        template = partial if partial.endswith(".html") else f"{template}#{partial}"
    response = TemplateResponse(request, template, {"is_partial": asked} | (context or {}), status=status)
    patch_vary_headers(response, VARY)
    _mark(request, response, public=public)
    return response


def _mark(request: HttpRequest, response: HttpResponseBase, *, public: bool) -> None:
    """Say who may keep an answer. What is not for everybody is not for search engines either."""
    if public and not request.user.is_authenticated:
        mark_public(response, part=is_partial(request))
    else:
        patch_cache_control(response, private=True, no_cache=True)
        response.headers["X-Robots-Tag"] = "noindex"


def mark_public(response: HttpResponseBase, *, part: bool = False) -> None:
    """Let core/pagecache keep an answer that is the same for everybody who is signed out: it holds nothing of
    whoever asked, and did not look at their address or browser.

    Caches that others run may keep it too, and ask whether it has changed each time or after a second; but no `part`
    of a page: many of them do not look at Vary, and would give it to somebody who asks for the page.
    """
    response.is_public = True
    if part:
        patch_cache_control(response, private=True, no_cache=True)
    else:
        patch_cache_control(response, public=True, max_age=0, s_maxage=1, must_revalidate=True)


def ignores_query[View: Callable](view: View) -> View:
    """Mark a public view that answers alike whatever stands behind the question mark: core/pagecache keeps one answer,
    and nobody makes it work by asking in ever other words.
    """
    view.ignores_query = True
    return view


def page_asked_from(request: HttpRequest) -> tuple[str, QueryDict]:
    """Path with query, and the query, of the page of ours that htmx stands on; "/" where it names none."""
    try:
        address = request.htmx.current_url_abs_path or "/"
        return address, QueryDict(urlsplit(address).query)
    except ValueError:  # the header is the client's
        return "/", QueryDict()


def going_on_to(request: HttpRequest) -> str:
    """Where the person was on the way to, as the form or the address says in `next`; "" if nowhere, or not here."""
    url = request.POST.get("next", request.GET.get("next", ""))
    return url if PATH.match(url) and url_has_allowed_host_and_scheme(url, None) else ""


def see_other(request: HttpRequest, url: str) -> HttpResponseBase:
    """Go on to another page after a POST that worked: a real navigation, from a plain form as from htmx."""
    response = HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)
    patch_vary_headers(response, VARY)
    return response


def moved_to(request: HttpRequest, url: str, *, public: bool = False) -> HttpResponseBase:
    """The page has another address, for ever. Asked again each time, as a page may move back."""
    response = HttpResponsePermanentRedirect(url)
    patch_vary_headers(response, VARY)
    _mark(request, response, public=public)
    return response


def kept_words(request: HttpRequest) -> str:
    """Where the words of a POST that is refused before it reaches its view are kept; "" if nobody keeps them.

    An app whose forms hold words sets `request.keep_words` in a middleware of its own.
    """
    return request.keep_words() if request.method == "POST" and hasattr(request, "keep_words") else ""
