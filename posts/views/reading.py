"""What everybody may read: the lists and the post."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import User
from core.htmx import moved_to, render_page, see_other
from posts.models import Post, Revision, Tag
from posts.models.post import PostQuerySet

PAGE_SIZE = 10  # fixed by the contract


def _listed(request: HttpRequest, posts: PostQuerySet) -> dict[str, object]:
    """The page of `posts` that ?page= asks for, or the nearest there is."""
    page = Paginator(posts.newest_first().with_all_for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    return {"page": page, "query": request.GET}


@require_safe
def post_list(request: HttpRequest) -> HttpResponseBase:
    context = _listed(request, Post.objects.published())
    return render_page(request, "posts/post_list.html", context, partial="post-list")


@require_safe
def tag_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    tag, posts = get_object_or_404(Tag, slug=slug), Post.objects.published().filter(tags__slug=slug)
    if not posts.exists():
        raise Http404  # what drafts are about is nobody's business
    context = {"tag": tag, **_listed(request, posts)}
    return render_page(request, "posts/tag_detail.html", context, partial="post-list")


@require_safe
def author_detail(request: HttpRequest, username: str) -> HttpResponseBase:
    author = get_object_or_404(User.objects.named(username).select_related("avatar"), is_active=True)
    context = {"author": author, **_listed(request, Post.objects.published().filter(author=author))}
    return render_page(request, "posts/author_detail.html", context, partial="post-list")


@require_safe
def post_detail(request: HttpRequest, slug: str) -> HttpResponseBase:
    posts = Post.objects.visible_to(request.user).select_related("author", "featured_image")
    post = posts.prefetch_related("tags").defer("content").filter(slug=slug).first()
    if post is None:
        moved = get_object_or_404(Post.objects.visible_to(request.user).at(slug))
        return moved_to(request, moved.get_absolute_url())
    if not post.version:  # its author's: nothing but a working copy
        return see_other(request, reverse("post_edit", args=[slug]))
    context = {"post": post, "is_author": post.author_id == request.user.pk}
    if context["is_author"]:
        merged = post.revisions.filter(number=post.version, reason=Revision.Reason.MERGED).first()
        context |= {"merged": merged, "merged_by": merged and merged.others().said(request.user)}
    return render_page(request, "posts/post_detail.html", context, partial="post")
