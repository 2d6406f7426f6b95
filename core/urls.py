"""Every address of the site. Names are flat and fixed: one word for view, URL and test."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from core.admin import admin_login
from core.health import healthz
from core.language import language

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("language/", language, name="language"),
    path("admin/login/", admin_login, name="admin_login"),
    path("admin/password_change/", RedirectView.as_view(pattern_name="password_change")),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("", include("core.images.urls")),
    path("", include("posts.urls")),
]

handler400 = "core.errors.bad_request"
handler403 = "core.errors.permission_denied"
handler404 = "core.errors.not_found"
handler500 = "core.errors.server_error"
