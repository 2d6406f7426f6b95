"""Addresses of pictures."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from core.images.views import choosing, operating, serving


class SiteConverter(StringConverter):
    """An installation's name, as settings.IMAGES_SITES has them; no database holds a zero byte."""

    regex = "[A-Za-z0-9][A-Za-z0-9._-]*"


register_converter(SiteConverter, "site")

urlpatterns = [
    path("staff/images/", operating.images_status, name="images_status"),
    path("images/hold/<slug:name>/", choosing.image_hold, name="image_hold"),
    path("images/upload/", choosing.image_upload, name="image_upload"),
    path("media/held/<uuid:pk>", serving.image_held, name="image_held"),
    path("images/<uuid:pk>", serving.image_detail, name="image_detail"),
    path("media/i/<site:site>/<uuid:name>/<int:width>.webp", serving.image_variant, name="image_variant"),
    path("media/i/<site:site>/<uuid:name>/social-<int:x>-<int:y>.jpg", serving.image_social, name="image_social"),
    path("media/i/<site:site>/<uuid:name>/master.<slug:extension>", serving.image_master, name="image_master"),
]
