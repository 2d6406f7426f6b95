"""What of posts readers see, said to core/pagecache: a change of it empties what is kept for them, and no other does.

Drafts, working copies, links to drafts, reads, and pictures that nobody is shown are not among it: private work must
not cost readers anything. Neither are old addresses: what they lead to is asked of the database each time.
"""

from accounts.models import User
from core.images.models import PICTURE, Image
from core.pagecache import freshness, watch
from posts.models import Post, PostImage, PostTag, Revision, SearchEntry, Tag

SHOWN = "{row}.published_at IS NOT NULL AND {row}.deleted_at IS NULL"  # or will be
PUBLIC = f"SELECT 1 FROM posts_post p WHERE {SHOWN.format(row='p')}"  # noqa: S608
OF_PUBLIC = f"EXISTS ({PUBLIC} AND p.id = {{row}}.post_id)"
AT_TOP = f"EXISTS ({PUBLIC} AND p.featured_image_id = {{row}}.id)"
SHOWS = f"EXISTS ({PUBLIC} AND p.id = u.post_id)"
IN_TEXT = f"EXISTS (SELECT 1 FROM posts_postimage u WHERE u.image_id = {{row}}.id AND {SHOWS})"  # noqa: S608
OF_PERSON = "EXISTS (SELECT 1 FROM accounts_user a WHERE a.avatar_id = {row}.id)"
UNSEEN = {"name", "attempts", "next_try_at", "error", "bytes"}  # of what a row says of its picture


def due() -> float | None:
    """When the next post goes live."""
    at = Post.objects.scheduled().order_by("published_at").values_list("published_at", flat=True).first()
    return at.timestamp() if at else None


def declare() -> None:
    watch.watch(Post, where=SHOWN)
    watch.watch(PostTag, where="{row}.published_at IS NOT NULL")
    watch.watch(SearchEntry, ("digest",), where="{row}.published_at IS NOT NULL", events=("INSERT", "UPDATE"))
    watch.watch(PostImage, where=OF_PUBLIC, events=("INSERT", "DELETE"))
    watch.watch(Tag, events=("UPDATE", "DELETE"))
    kept = [field.name for field in Revision._meta.concrete_fields if field.name != "name"]
    watch.watch(Revision, kept, where=OF_PUBLIC, events=("UPDATE", "DELETE"))
    picture = (*sorted(set(PICTURE) - UNSEEN), "owner", "alt", "focus_x", "focus_y")
    watch.watch(Image, picture, where=f"{AT_TOP} OR {IN_TEXT}", events=("UPDATE",), name="picture_of_post")
    watch.watch(Image, picture, where=OF_PERSON, events=("UPDATE",), name="picture_of_author")
    person = ("username", "display_name", "bio", "avatar", "is_active")
    watch.watch(User, person, events=("UPDATE", "DELETE"))
    freshness.ahead(due)
