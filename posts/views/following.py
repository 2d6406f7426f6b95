"""What is followed and found by programs: feeds, sitemaps, robots.txt. Each is the same for everybody."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from accounts.models import User
from core.htmx import ignores_query, mark_public
from posts import feeds, sitemaps
from posts.feeds import Feed, absolute
from posts.models import Post, Tag
from posts.models.visibility import PostQuerySet


def _answer(body: bytes, content_type: str) -> HttpResponseBase:
    """Whether somebody has it already, core/pagecache says: no date of a post can, for where one is taken back the
    newest of the rest is older.
    """
    response = HttpResponse(body, f"{content_type}; charset=utf-8")
    mark_public(response)
    response.headers["Content-Language"] = settings.LANGUAGE_CODE
    return response


# --- Feeds --------------------------------------------------------------------------------------------------


def _feed(form: str, name: str, posts: PostQuerySet, of: User | Tag | None = None) -> HttpResponseBase:
    """The feed of `posts` in one of feeds.TYPES: the site's, an author's or a tag's."""
    site = settings.SITE_NAME
    with override(settings.LANGUAGE_CODE):
        entries = feeds.entries(posts)
        if isinstance(of, Tag) and not entries:
            raise Http404  # what drafts are about is nobody's business
        feed = Feed(
            title=f"{of} · {site}" if of else site,
            description=_said_of(of) % {"site": site, "of": of},
            page=absolute(of.get_absolute_url() if of else reverse("post_list")),
            url=absolute(reverse(name, args=[getattr(of, "username", None) or of.slug] if of else [])),
            author=of if isinstance(of, User) else None,
            entries=entries,
        )
    response = _answer(feeds.WRITERS[form](feed), feeds.TYPES[form])
    if settings.WEBSUB_HUB:
        response.headers["Link"] = f'<{settings.WEBSUB_HUB}>; rel="hub", <{feed.url}>; rel="self"'
    return response


def _said_of(of: User | Tag | None) -> str:
    if of is None:
        return _("The newest posts on %(site)s.")
    return _("Posts by %(of)s on %(site)s.") if isinstance(of, User) else _("Posts about %(of)s on %(site)s.")


def _site_feed(form: str) -> HttpResponseBase:
    return _feed(form, f"feed_{form}", Post.objects.published().newest_first())


def _author_feed(form: str, username: str) -> HttpResponseBase:
    author = get_object_or_404(User.objects.named(username))
    posts = Post.objects.published().filter(author=author).newest_first()
    if not (author.is_active or posts.exists()):
        raise Http404
    return _feed(form, f"author_feed_{form}", posts, author)


def _tag_feed(form: str, slug: str) -> HttpResponseBase:
    tag = get_object_or_404(Tag, slug=slug)
    about = Post.objects.published().filter(taggings__tag=tag, taggings__published_at__isnull=False)
    return _feed(form, f"tag_feed_{form}", about.order_by("-taggings__published_at", "-taggings__post"), tag)


@require_safe
@ignores_query
def feed_rss(request: HttpRequest) -> HttpResponseBase:
    return _site_feed("rss")


@require_safe
@ignores_query
def feed_atom(request: HttpRequest) -> HttpResponseBase:
    return _site_feed("atom")


@require_safe
@ignores_query
def feed_json(request: HttpRequest) -> HttpResponseBase:
    return _site_feed("json")


@require_safe
@ignores_query
def author_feed_rss(request: HttpRequest, username: str) -> HttpResponseBase:
    return _author_feed("rss", username)


@require_safe
@ignores_query
def author_feed_atom(request: HttpRequest, username: str) -> HttpResponseBase:
    return _author_feed("atom", username)


@require_safe
@ignores_query
def author_feed_json(request: HttpRequest, username: str) -> HttpResponseBase:
    return _author_feed("json", username)


@require_safe
@ignores_query
def tag_feed_rss(request: HttpRequest, slug: str) -> HttpResponseBase:
    return _tag_feed("rss", slug)


@require_safe
@ignores_query
def tag_feed_atom(request: HttpRequest, slug: str) -> HttpResponseBase:
    return _tag_feed("atom", slug)


@require_safe
@ignores_query
def tag_feed_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    return _tag_feed("json", slug)


# --- Search engines -----------------------------------------------------------------------------------------

# What leads those who are signed out nowhere but to the login. What is marked noindex is not here: a page must be
# read for its mark to be seen.
ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /me/
Disallow: /staff/
Disallow: /posts/new/
Disallow: /posts/*/edit/
Disallow: /posts/*/revisions/

Sitemap: {}
"""


@require_safe
@ignores_query
def sitemap(request: HttpRequest) -> HttpResponseBase:
    return _answer(sitemaps.write_all(), "application/xml")


@require_safe
@ignores_query
def sitemap_part(request: HttpRequest, part: str) -> HttpResponseBase:
    places = sitemaps.places(part)
    if not places:
        raise Http404
    return _answer(sitemaps.write_places(places), "application/xml")


@require_safe
@ignores_query
def robots(request: HttpRequest) -> HttpResponseBase:
    return _answer(ROBOTS.format(absolute(reverse("sitemap"))).encode(), "text/plain")
