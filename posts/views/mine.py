"""One's own posts: the list of them, what is done to one or to several in place, and the trash."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.htmx import is_partial, page_asked_from, render_page, require_form_methods, see_other
from posts.models import BulkAction, Post, WorkingCopy
from posts.models.bulkaction import MOST
from posts.models.post import PostQuerySet

PAGE_SIZE = 20
NUMBER = re.compile(r"[0-9]{1,18}")
UNDESCRIBED = "![](/images/"  # as the editor writes it; markup.without_description() looks closer, at one text
SHOWN = {"live": "published", "scheduled": "scheduled", "drafts": "drafts"}  # ?show= and its queryset method
DONE = {  # to one, to several; and where none had to be changed
    "delete": ("is in the trash.", "are in the trash.", ""),
    "publish": ("is live.", "are live.", "Nothing to publish: these are live already."),
    "unpublish": ("is a draft again.", "are drafts again.", "Nothing to unpublish: these are drafts already."),
}


# --- The list -----------------------------------------------------------------------------------------------


def _rows(posts: PostQuerySet, user: User) -> PostQuerySet:
    """`posts` with what their rows tell of each: whether there is something of `user`'s in it that is not saved, and
    whether a picture in its text has no description.
    """
    return posts.annotate(
        has_unsaved=Exists(WorkingCopy.objects.filter(post=OuterRef("pk"), author=user)),
        lacks_alt_in_text=Q(content__contains=UNDESCRIBED),
    )


def _listed(user: User, query: QueryDict) -> dict[str, object]:
    """What the list shows for the query string `show=...&q=...&page=...`; what it does not know, it ignores."""
    posts = Post.objects.editable_by(user)
    show, words = query.get("show", ""), query.get("q", "").replace("\0", "").strip()[:200]
    counts = Post.everything.editable_by(user).counts()
    if show in SHOWN:
        posts = getattr(posts, SHOWN[show])()
    found = _rows(posts.containing(words), user).latest_worked_on().with_all_for_list()
    return {
        "page": Paginator(found, PAGE_SIZE).get_page(query.get("page")),
        "counts": counts,
        "show": show if show in SHOWN else "all",
        "q": words,
        "query": _kept(query),
    }


def _kept(query: QueryDict) -> QueryDict:
    """What of a query string says which list it is."""
    kept = QueryDict(mutable=True)
    kept.update({name: query[name] for name in ("show", "q", "page") if query.get(name)})
    return kept


def _list_page(request: HttpRequest, *, status: int = 200) -> HttpResponseBase:
    context = _listed(request.user, request.GET)
    return render_page(request, "posts/my_posts.html", context, partial="my-posts", status=status)


@login_required
@require_safe
def my_posts(request: HttpRequest) -> HttpResponseBase:
    return _list_page(request)


# --- One of them --------------------------------------------------------------------------------------------


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
    """The row of a post to which something was done, or the list with it, or the post's own page if that asked."""
    messages.success(request, said)
    if request.POST.get("from") == "post":
        return see_other(request, post.get_absolute_url())
    if is_partial(request):
        return _row(request, post, row="partials/post-row.html")
    return see_other(request, reverse("my_posts"))


def _locked(request: HttpRequest, slug: str) -> Post:
    """The post with this address, which nobody else saves until the transaction ends."""
    posts = _rows(Post.objects.editable_by(request.user).at(slug), request.user)
    return get_object_or_404(posts.select_for_update(of=("self",)))


@require_POST
@login_required
@transaction.atomic
def post_publish(request: HttpRequest, slug: str) -> HttpResponseBase:
    post = _locked(request, slug)
    if not post.version:
        messages.warning(request, "This post is not saved yet. Look it over, then publish it here.")
        return see_other(request, reverse("post_edit", args=[post.slug]))
    post.publish()
    return _done(request, post, f"“{post}” is live.")


@require_POST
@login_required
@transaction.atomic
def post_unpublish(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A draft again; what is scheduled is called off."""
    post = _locked(request, slug)
    if post.published_at:
        post.unpublish()
    return _done(request, post, f"“{post}” is a draft again.")


@login_required
@require_form_methods
def post_delete(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Into the trash. GET asks; a POST does it, and says how it is undone."""
    post = get_object_or_404(Post.objects.editable_by(request.user).at(slug))
    if request.method != "POST":
        return render_page(request, "posts/post_delete.html", {"post": post}, partial="post-delete")
    post.discard()
    if is_partial(request):
        return _row(request, post, row="partials/post-row-deleted.html")
    messages.success(request, f"“{post}” is in the trash.", extra_tags=reverse("post_restore", args=[post.slug]))
    return see_other(request, reverse("my_posts"))


# --- Several of them ----------------------------------------------------------------------------------------


def _ticked(request: HttpRequest) -> set[int]:
    """The posts that are ticked, or all that the page showed."""
    sent = request.POST.getlist("shown" if "all" in request.POST else "post")
    return {int(pk) for pk in sent if NUMBER.fullmatch(pk)}


def _refused(request: HttpRequest, reason: str) -> HttpResponseBase:
    messages.error(request, reason)
    return _list_page(request, status=422)


def _list_with_message(request: HttpRequest) -> HttpResponseBase:
    """The list that the posts stood in, as it is by now."""
    if is_partial(request):
        return _list_page(request)
    query = _kept(request.GET).urlencode()
    return see_other(request, f"{reverse('my_posts')}?{query}" if query else reverse("my_posts"))


def _counted(number: int, title: str) -> str:
    return f"“{title}”" if number == 1 and title else f"{number} post{'' if number == 1 else 's'}"


def _done_to_ticked(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Do it to what is ticked; posts that are not one's own are passed over without a word."""
    ticked = _ticked(request)
    if len(ticked) > MOST:
        return _refused(request, f"That is too much at once: tick at most {MOST} posts.")
    action = BulkAction.do(kind, Post.objects.editable_by(request.user).filter(pk__in=ticked))
    if not action.found:
        return _refused(request, "Tick the posts first, then choose what to do with them.")
    one, several, none = DONE[kind]
    if number := len(action.done):
        query = _kept(request.GET)
        query["undo"] = action.token(request.user)
        said = f"{_counted(number, action.title)} {one if number == 1 else several}"
        messages.success(request, said, extra_tags=f"{reverse('posts_undo')}?{query.urlencode()}")
    elif not action.unsaved:
        messages.info(request, none)
    if action.unsaved:
        was, it = ("was", "it") if action.unsaved == 1 else ("were", "them")
        left = f"{_counted(action.unsaved, '')} {was} never saved, and cannot be published yet"
        messages.warning(request, f"{left}: open and save {it} first.")
    return _list_with_message(request)


@require_POST
@login_required
def posts_delete(request: HttpRequest) -> HttpResponseBase:
    return _done_to_ticked(request, "delete")


@require_POST
@login_required
def posts_publish(request: HttpRequest) -> HttpResponseBase:
    return _done_to_ticked(request, "publish")


@require_POST
@login_required
def posts_unpublish(request: HttpRequest) -> HttpResponseBase:
    return _done_to_ticked(request, "unpublish")


@require_POST
@login_required
def posts_undo(request: HttpRequest) -> HttpResponseBase:
    """Put back what was done to several posts, except where they were changed since."""
    action = BulkAction.by_token(request.GET.get("undo", ""), request.user)
    if action is None:
        return _refused(request, "This cannot be undone at once any more. Each post can still be changed by itself.")
    back = action.undo(request.user)
    if back:
        verb = "is" if len(back) == 1 else "are"
        messages.success(request, f"{_counted(len(back), str(back[0]))} {verb} as before.")
    if changed := len(action.done) - len(back):
        stays = "was changed since, and stays as it is" if changed == 1 else "were changed since, and stay as they are"
        messages.warning(request, f"{_counted(changed, '')} {stays}.")
    return _list_with_message(request)


# --- The trash ----------------------------------------------------------------------------------------------


@require_POST
@login_required
def post_restore(request: HttpRequest, slug: str) -> HttpResponseBase:
    post = get_object_or_404(_rows(Post.trash.editable_by(request.user).at(slug), request.user))
    scheduled = post.published_at
    post.restore()
    said = f"“{post}” is back."
    if scheduled and not post.published_at:
        said = f"“{post}” is back, as a draft: the time that it was to go live has passed."
    address, query = page_asked_from(request)
    if is_partial(request) and address.startswith(reverse("trash")):
        messages.success(request, said)
        return _trash_page(request, query)
    return _done(request, post, said)


def _trash_page(request: HttpRequest, query: QueryDict) -> HttpResponseBase:
    posts = Post.trash.editable_by(request.user).order_by("-deleted_at", "-pk").with_all_for_list()
    page = Paginator(posts, PAGE_SIZE).get_page(query.get("page"))
    return render_page(request, "posts/trash.html", {"page": page, "query": query}, partial="trash")


@login_required
@require_safe
def trash(request: HttpRequest) -> HttpResponseBase:
    return _trash_page(request, request.GET)
