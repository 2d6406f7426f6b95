"""Is the process alive?"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """It asks nobody else, so that a database that is down does not make an orchestrator restart the process."""
    return HttpResponse("ok", content_type="text/plain")
