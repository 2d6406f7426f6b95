"""The one place that decides between page and partial, and how a form that worked moves on."""

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

VARY = ("HX-Request", "HX-Request-Type")


def is_partial(request: HttpRequest) -> bool:
    """Whether the answer is a part of the page: htmx asks for it, and not to restore a page from history."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-Request-Type", "partial") == "partial"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def render_page(
    request: HttpRequest, template: str, context: dict | None = None, *, partial: str, status: int = 200
) -> TemplateResponse:
    """The whole of `template`, or only its `{% partialdef partial %}` where htmx asks for that.

    A `partial` that is a path of its own ("partials/post-row.html") is answered as that file.
    Answers are marked so that no cache takes one for the other, and none keeps a private one;
    `no-store` would switch off the browser's Back cache.
    """
    if is_partial(request):
        template = partial if partial.endswith(".html") else f"{template}#{partial}"
    response = TemplateResponse(request, template, context, status=status)
    patch_vary_headers(response, VARY)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def see_other(request: HttpRequest, url: str) -> HttpResponseBase:
    """Go on to another page after a POST that worked: a real navigation, from a plain form as from htmx."""
    response = HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)
    patch_vary_headers(response, VARY)
    return response
