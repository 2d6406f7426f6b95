"""In which language the pages are: whoever reads may choose, without an account.

A cookie remembers it, and comes before what the browser asks for; see Django's LocaleMiddleware.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import deactivate
from django.utils.translation import gettext as _

from core.htmx import going_on_to, render_page, require_form_methods, see_other


def forget(**kwargs: object) -> None:
    """Receiver of request_finished: what a thread says before it knows its next reader is not in the last one's."""
    deactivate()


@require_form_methods
def language(request: HttpRequest) -> HttpResponseBase:
    """A button for each language; a POST remembers it and goes back to `next`."""
    context = {"languages": settings.LANGUAGES, "next": going_on_to(request)}
    if request.method != "POST":
        return render_page(request, "language.html", context, partial="language-form")
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        context["error"] = _("Choose one of these languages.")
        return render_page(request, "language.html", context, partial="language-form", status=422)
    response = see_other(request, context["next"] or reverse("post_list"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response
