"""The post of a page, with its author: one query, written out, for Django takes thirty times as long to compile it."""

from functools import cache

from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone

from accounts.models import User
from posts.models.post import Post

# In the order of the model: from_db fills what it is given by its place.
OF_POST = (
    *("id", "title", "slug", "content_html", "headings", "language", "author_id", "summary", "word_count"),
    *("featured_image_id", "image_alt", "updated_at", "published_at", "first_published_at", "changed_at"),
    *("change_count", "version"),
)
OF_AUTHOR = ("id", "username", "display_name", "bio", "avatar_id")
COLUMNS = ", ".join([*(f"p.{name}" for name in OF_POST), *(f"a.{name}" for name in OF_AUTHOR)])
VISIBLE = (
    f"SELECT {COLUMNS} FROM posts_post p JOIN accounts_user a ON a.id = p.author_id "  # noqa: S608
    "WHERE p.slug = %s AND p.deleted_at IS NULL AND (p.published_at <= %s OR p.author_id = %s)"
)


def post_at(slug: str, user: User | AnonymousUser) -> Post | None:
    """What is public or one's own and has this address now; without what Around finds, and without its pictures."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(VISIBLE, (slug, now, user.pk))
        if not (row := cursor.fetchone()):
            return None
    row = list(row)
    for place, convert, column in _conversions(connection.vendor):
        row[place] = convert(row[place], column, connection)
    post = Post.from_db(DEFAULT_DB_ALIAS, OF_POST, row[: len(OF_POST)])
    post.author = User.from_db(DEFAULT_DB_ALIAS, OF_AUTHOR, row[len(OF_POST) :])
    return post


@cache
def _conversions(_vendor: str) -> list[tuple]:
    """(place, how, of which column): what the database keeps in another form than Python."""
    fields = [*map(Post._meta.get_field, OF_POST), *map(User._meta.get_field, OF_AUTHOR)]
    columns = [field.get_col(field.model._meta.db_table) for field in fields]
    return [
        (place, convert, column)
        for place, column in enumerate(columns)
        for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
    ]
