"""Drafts that are shown to somebody without an account: the links of a post, and what they lead to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.htmx import is_partial, render_page, require_form_methods, see_other
from posts import languages
from posts.models import DraftLink, Post
from posts.models.draftlink import DAYS, MOST

PRIVATE = {"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def _links_page(request: HttpRequest, post: Post, *, status: int = 200, **context: object) -> HttpResponseBase:
    context |= {"post": post, "links": post.draft_links.newest_first(), "days": DAYS}
    return render_page(request, "posts/draft_links.html", context, partial="draft-links", status=status)


def _links_changed(request: HttpRequest, post: Post, **context: object) -> HttpResponseBase:
    """The links as they are by now: in place, or on their page."""
    if is_partial(request):
        return _links_page(request, post, **context)
    return see_other(request, reverse("draft_links", args=[post.slug]))


def _refusal(post: Post, days: str) -> str:
    """Why no link is made for so many `days`, or ""."""
    if post.status == "published":
        return _("This post is published: it needs no link of this kind.")
    if days not in map(str, DAYS):
        return _("Choose for how long the link holds: 1, 7 or 30 days.")
    if post.draft_links.count() >= MOST:
        return _("This post has %(number)d links already: revoke one first.") % {"number": MOST}
    return ""


@login_required
@require_form_methods
def draft_links(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The links of a post, and a form that makes one."""
    post = get_object_or_404(Post.objects.editable_by(request.user).at(slug))
    if not post.version:
        messages.warning(request, _("This post is not saved yet. Save it, then it can be shared."))
        return see_other(request, reverse("post_edit", args=[post.slug]))
    if request.method != "POST":
        return _links_page(request, post)
    days = request.POST.get("days", "")
    if error := _refusal(post, days):
        return _links_page(request, post, error=error, status=422)
    made = DraftLink.objects.make(post, days=int(days))
    messages.success(request, _("The link is ready. Whoever has it can read the draft."))
    return _links_changed(request, post, made=made)


@require_POST
@login_required
def draft_link_revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    posts = Post.objects.editable_by(request.user).at(slug)
    link = get_object_or_404(DraftLink.objects.select_related("post"), pk=pk, post__in=posts)
    link.delete()
    messages.success(request, _("The link leads nowhere any more."))
    return _links_changed(request, link.post)


@require_safe
def draft_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """The draft as readers will see it; once it is published, the post. Whoever looks is shown what anybody is."""
    link = DraftLink.objects.by_token(token)
    if link is None:
        raise Http404
    if link.post.status == "published":
        response = see_other(request, link.post.get_absolute_url())
    else:
        # No form either: from a page that hides where it stands, our CSRF check would refuse it.
        context = {"post": link.post, "link": link, "user": AnonymousUser(), "messages": (), "back_to": ""}
        context |= languages.around(link.post.language)
        response = render_page(request, "posts/draft_link.html", context, partial="draft")
    for name, value in PRIVATE.items():
        response.headers[name] = value
    return response
