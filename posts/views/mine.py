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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.htmx import is_partial, page_asked_from, render_page, require_form_methods, see_other
from posts.models import BulkAction, Post, Reads, WorkingCopy
from posts.models.bulkaction import MOST
from posts.models.visibility import PostQuerySet

PAGE_SIZE = 20
NUMBER = re.compile(r"[0-9]{1,18}")
UNDESCRIBED = "![](/images/"  # as the editor writes it; markup.without_description() looks closer, at one text
SHOWN = {"live": "published", "scheduled": "scheduled", "drafts": "drafts"}  # ?show= and its queryset method
TRASHED, LIVE, DRAFT = (  # what is said of one post by its title
    gettext_lazy("“%(title)s” is in the trash."),
    gettext_lazy("“%(title)s” is live."),
    gettext_lazy("“%(title)s” is a draft again."),
)
DONE = {  # to one, to so many; and where none had to be changed
    "delete": (
        TRASHED,
        ngettext_lazy("%(number)d post is in the trash.", "%(number)d posts are in the trash.", "number"),
        "",
    ),
    "publish": (
        LIVE,
        ngettext_lazy("%(number)d post is live.", "%(number)d posts are live.", "number"),
        gettext_lazy("Nothing to publish: these are live already."),
    ),
    "unpublish": (
        DRAFT,
        ngettext_lazy("%(number)d post is a draft again.", "%(number)d posts are drafts again.", "number"),
        gettext_lazy("Nothing to unpublish: these are drafts already."),
    ),
}
NEVER_SAVED = ngettext_lazy(
    "%(number)d post was never saved, and cannot be published yet: open and save it first.",
    "%(number)d posts were never saved, and cannot be published yet: open and save them first.",
    "number",
)
AS_BEFORE = ngettext_lazy("%(number)d post is as before.", "%(number)d posts are as before.", "number")
CHANGED_SINCE = ngettext_lazy(
    "%(number)d post was changed since, and stays as it is.",
    "%(number)d posts were changed since, and stay as they are.",
    "number",
)


# --- The list -----------------------------------------------------------------------------------------------


def _rows(posts: PostQuerySet, user: User) -> PostQuerySet:
    """`posts` with what their rows tell of each: whether there is something of `user`'s in it that is not saved, and
    whether a picture in its text has no description, and how often it was read.
    """
    return posts.annotate(
        has_unsaved=Exists(WorkingCopy.objects.filter(post=OuterRef("pk"), author=user)),
        lacks_alt_in_text=Q(content__contains=UNDESCRIBED),
        read_count=Reads.objects.of_post(),
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
        messages.warning(request, _("This post is not saved yet. Look it over, then publish it here."))
        return see_other(request, reverse("post_edit", args=[post.slug]))
    post.publish()
    return _done(request, post, LIVE % {"title": post})


@require_POST
@login_required
@transaction.atomic
def post_unpublish(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A draft again; what is scheduled is called off."""
    post = _locked(request, slug)
    if post.published_at:
        post.unpublish()
    return _done(request, post, DRAFT % {"title": post})


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
    undo = reverse("post_restore", args=[post.slug])
    messages.success(request, TRASHED % {"title": post}, extra_tags=undo)
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


def _done_to_ticked(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Do it to what is ticked; posts that are not one's own are passed over without a word."""
    ticked = _ticked(request)
    if len(ticked) > MOST:
        return _refused(request, _("That is too much at once: tick at most %(most)d posts.") % {"most": MOST})
    action = BulkAction.do(kind, Post.objects.editable_by(request.user).filter(pk__in=ticked))
    if not action.found:
        return _refused(request, _("Tick the posts first, then choose what to do with them."))
    one, several, none = DONE[kind]
    if number := len(action.done):
        query = _kept(request.GET)
        query["undo"] = action.token(request.user)
        by_title = number == 1 and action.title
        said = one % {"title": action.title} if by_title else several % {"number": number}
        messages.success(request, said, extra_tags=f"{reverse('posts_undo')}?{query.urlencode()}")
    elif not action.unsaved:
        messages.info(request, none)
    if action.unsaved:
        messages.warning(request, NEVER_SAVED % {"number": action.unsaved})
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
        said = _("This cannot be undone at once any more. Each post can still be changed by itself.")
        return _refused(request, said)
    back = action.undo(request.user)
    if back:
        one, number = _("“%(title)s” is as before."), len(back)
        messages.success(request, one % {"title": back[0]} if number == 1 else AS_BEFORE % {"number": number})
    if changed := len(action.done) - len(back):
        messages.warning(request, CHANGED_SINCE % {"number": changed})
    return _list_with_message(request)


# --- The trash ----------------------------------------------------------------------------------------------


@require_POST
@login_required
def post_restore(request: HttpRequest, slug: str) -> HttpResponseBase:
    post = get_object_or_404(_rows(Post.trash.editable_by(request.user).at(slug), request.user))
    scheduled = post.published_at
    post.restore()
    said = _("“%(title)s” is back.") % {"title": post}
    if scheduled and not post.published_at:
        said = _("“%(title)s” is back, as a draft: the time that it was to go live has passed.") % {"title": post}
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
