"""One's own posts: the list of them, what is done to one in place, and the trash."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.htmx import is_partial, page_asked_from, render_page, require_form_methods, see_other
from posts.models import Post

PAGE_SIZE = 20
SHOWN = {"live": "published", "scheduled": "scheduled", "drafts": "drafts"}  # ?show= and its queryset method


def _listed(user: User, query: QueryDict) -> dict[str, object]:
    """What the list shows for the query string `show=...&q=...&page=...`; what it does not know, it ignores."""
    posts = Post.objects.editable_by(user)
    show, words = query.get("show", ""), query.get("q", "").replace("\0", "").strip()[:200]
    counts = Post.everything.editable_by(user).counts()
    if show in SHOWN:
        posts = getattr(posts, SHOWN[show])()
    found = posts.containing(words).latest_worked_on().with_all_for_list()
    page = Paginator(found, PAGE_SIZE).get_page(query.get("page"))
    return {
        "page": page,
        "counts": counts,
        "show": show if show in SHOWN else "all",
        "q": words,
        "query": query,
    }


@login_required
@require_safe
def my_posts(request: HttpRequest) -> HttpResponseBase:
    return render_page(request, "posts/my_posts.html", _listed(request.user, request.GET), partial="my-posts")


def _row(request: HttpRequest, post: Post, *, row: str) -> HttpResponseBase:
    """What stands in for the row of `post`, with the counts, pager and empty state of the list it stands in.

    A full page stays one: where a row goes, the first of the next page moves up; where it returns, that one leaves.
    """
    query = page_asked_from(request)[1]
    listed = _listed(request.user, query)
    context, page = {"post": post, "row": row, **listed}, listed["page"]
    # Behind the last page the list answers with the last: its rows are not those on the screen.
    if len(page) == PAGE_SIZE and str(page.number) == query.get("page", "1"):
        if post.deleted_at:
            context["moved_up"] = page[-1]
        elif page.has_next():
            context["moved_down"] = page.paginator.object_list[page.end_index()]
    return render_page(request, "posts/my_posts.html", context, partial="posts/my_posts_row.html")


def _done(request: HttpRequest, post: Post, said: str) -> HttpResponseBase:
    """The row of a post to which something was done, or the list with it."""
    messages.success(request, said)
    if is_partial(request):
        return _row(request, post, row="partials/post-row.html")
    return see_other(request, reverse("my_posts"))


@require_POST
@login_required
def post_publish(request: HttpRequest, slug: str) -> HttpResponseBase:
    post = get_object_or_404(Post.objects.editable_by(request.user), slug=slug)
    post.publish()
    return _done(request, post, f"“{post}” is live.")


@require_POST
@login_required
def post_unpublish(request: HttpRequest, slug: str) -> HttpResponseBase:
    post = get_object_or_404(Post.objects.editable_by(request.user), slug=slug)
    post.unpublish()
    return _done(request, post, f"“{post}” is a draft again.")


@login_required
@require_form_methods
def post_delete(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Into the trash. GET asks; a POST does it, and says how it is undone."""
    post = get_object_or_404(Post.objects.editable_by(request.user), slug=slug)
    if request.method != "POST":
        return render_page(request, "posts/post_delete.html", {"post": post}, partial="post-delete")
    post.discard()
    if is_partial(request):
        return _row(request, post, row="partials/post-row-deleted.html")
    messages.success(request, f"“{post}” is in the trash.", extra_tags=reverse("post_restore", args=[slug]))
    return see_other(request, reverse("my_posts"))


@require_POST
@login_required
def post_restore(request: HttpRequest, slug: str) -> HttpResponseBase:
    post = get_object_or_404(Post.trash.editable_by(request.user), slug=slug)
    post.restore()
    return _done(request, post, f"“{post}” is back.")


@login_required
@require_safe
def trash(request: HttpRequest) -> HttpResponseBase:
    posts = Post.trash.editable_by(request.user).order_by("-deleted_at", "-pk").with_all_for_list()
    page = Paginator(posts, PAGE_SIZE).get_page(request.GET.get("page"))
    return render_page(request, "posts/trash.html", {"page": page, "query": request.GET}, partial="trash")
