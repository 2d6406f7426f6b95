"""The way into the admin: staff sign in where everybody does, under the same limits."""

from django.contrib import admin
from django.contrib.auth.views import RedirectURLMixin, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache


@never_cache
def admin_login(request: HttpRequest) -> HttpResponseRedirect:
    """To the site's own form and back; staff go straight on. Raises PermissionDenied for who is no staff."""
    onward = RedirectURLMixin().get_redirect_url(request) or reverse("admin:index")
    if admin.site.has_permission(request):
        return HttpResponseRedirect(onward)
    if request.user.is_authenticated:
        raise PermissionDenied  # signing in would lead back here, without end
    return redirect_to_login(onward)
