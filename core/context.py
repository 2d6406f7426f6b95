"""What every template may say of the site."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """`back_to` is where choosing a language leads back to; "" where there is no way back, or none to be named."""
    return {"SITE_NAME": settings.SITE_NAME, "back_to": request.get_full_path() if request.method == "GET" else ""}
