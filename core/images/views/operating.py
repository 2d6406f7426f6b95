"""For whoever runs the site: how the pictures fare at their stores."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.htmx import render_page
from core.images.models import Image, Sweep

MOST_ERRORS, MOST_RUNS = 20, 5  # that are shown
SWEEP_EVERY = timedelta(days=2)  # it belongs into a timer, once a day


@login_required
@require_safe
def images_status(request: HttpRequest) -> HttpResponseBase:
    """Counts, what waits, what goes, errors, and whether the sweep runs: a handful of queries, however many rows."""
    if not request.user.is_staff:
        raise Http404
    now, held = timezone.now(), (Image.State.HELD, Image.State.RESERVED)
    groups, runs = Image.objects.tally(now), list(Sweep.objects.order_by("-began_at")[:MOST_RUNS])
    counts: dict[tuple[str, str], int] = {}
    for group in groups:
        place = (Image.State(group["state"]).label, group["store"])
        counts[place] = counts.get(place, 0) + group["number"]
    waiting = [group for group in groups if group["used"] and group["state"] in held]
    unused = [group for group in groups if not group["used"] and group["state"] == Image.State.STORED]
    last = next((run for run in runs if run.ended_at), None)
    context = {
        "counts": sorted((state, store, number) for (state, store), number in counts.items()),
        "waiting": sum(group["number"] for group in waiting),
        "oldest": min((group["oldest"] for group in waiting), default=None),
        "unused": sum(group["number"] for group in unused),
        "due": sum(group["due"] for group in unused),
        "errors": Image.objects.errors()[:MOST_ERRORS],
        "runs": runs,
        "is_late": last is None or last.ended_at < now - SWEEP_EVERY,
    }
    return render_page(request, "images/images_status.html", context, partial="images-status")
