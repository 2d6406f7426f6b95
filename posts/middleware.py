"""What is written in the form of a post outlives the login and the CSRF token that it was opened with."""

from collections.abc import Callable
from functools import partial

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from posts.forms import PostForm, writer_of


def keep_words(request: HttpRequest) -> str:
    """Keep what a refused POST says as a working copy of whoever was given the form; where it opens, or "".

    The signed `writer` in the form stands in for the login: it lets one add a copy, and read or change nothing.
    """
    if not (writer := writer_of(request.POST)):
        return ""
    author, post = writer
    post = post or author.posts(manager="everything").begun_with(author, request.POST.get("submission", ""))
    try:
        form = PostForm(request.POST, request.FILES, instance=post, author=author)
        form.insert_picture()
        copy = form.keep(signed_out=True)
    except ValidationError:
        return ""
    post = copy.post if copy else post
    return reverse("post_edit", args=[post.slug]) if post else reverse("post_create")


class KeepWordsMiddleware:
    """Tells core how words are kept: `request.keep_words()`, called where a POST is refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.keep_words = partial(keep_words, request)
        return self.get_response(request)
