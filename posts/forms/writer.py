"""Whose an open form is: a signed proof in it, that stands in for a login that has ended meanwhile."""

from datetime import timedelta

from django.core import signing
from django.http import QueryDict
from django.utils.crypto import constant_time_compare

from accounts.models import User
from posts.models import Post

WRITER = signing.TimestampSigner(salt="posts.writer")
WRITER_FOR = timedelta(days=30)  # how long an open form proves whose it is


def proof_of(author: User, post: Post) -> str:
    """For the form of `post`, which may be a new one. A new password ends it."""
    return WRITER.sign(f"{author.pk}.{post.pk or ''}.{author.get_session_auth_hash()[:16]}")


def writer_of(data: QueryDict) -> tuple[User, Post | None] | None:
    """Who was given the form that `data` comes from, and for which post (None: a new one); None without a proof."""
    try:
        user_pk, post_pk, password = WRITER.unsign(data.get("writer", ""), max_age=WRITER_FOR).split(".")
    except (signing.BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=user_pk, is_active=True).first()
    if not user or not constant_time_compare(password, user.get_session_auth_hash()[:16]):
        return None  # since a new password, the forms of before prove nothing
    post = Post.everything.editable_by(user).filter(pk=post_pk).first() if post_pk else None
    return (user, post) if bool(post) == bool(post_pk) else None
