"""What is followed and found by programs: feeds, sitemaps, robots.txt. Each is the same for everybody."""

from hashlib import md5

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from accounts.models import User
from core.htmx import mark_public
from posts import feeds, sitemaps
from posts.feeds import Feed, absolute
from posts.models import Post, Tag
from posts.models.post import PostQuerySet


def _answer(request: HttpRequest, body: bytes, content_type: str, changed: float | None = None) -> HttpResponseBase:
    """`body`, or 304 for whoever has it. `changed` is when, in seconds since 1970."""
    response = HttpResponse(body, f"{content_type}; charset=utf-8")
    mark_public(response)
    response.headers["Content-Language"] = settings.LANGUAGE_CODE
    response.headers["ETag"] = etag = quote_etag(md5(body, usedforsecurity=False).hexdigest())
    if changed:
        response.headers["Last-Modified"] = http_date(changed)
    return get_conditional_response(request, etag, changed and int(changed), response)


# --- Feeds --------------------------------------------------------------------------------------------------


def _feed(
    request: HttpRequest, form: str, name: str, posts: PostQuerySet, of: User | Tag | None = None
) -> HttpResponseBase:
    """The feed of `posts` in one of feeds.TYPES: the site's, an author's or a tag's."""
    entries, site = feeds.entries(posts), settings.SITE_NAME
    if isinstance(of, Tag) and not entries:
        raise Http404  # what drafts are about is nobody's business
    with override(settings.LANGUAGE_CODE):
        feed = Feed(
            title=f"{of} · {site}" if of else site,
            description=_said_of(of) % {"site": site, "of": of},
            page=absolute(of.get_absolute_url() if of else reverse("post_list")),
            url=absolute(reverse(name, args=[getattr(of, "username", None) or of.slug] if of else [])),
            author=of if isinstance(of, User) else None,
            entries=entries,
        )
    response = _answer(request, feeds.WRITERS[form](feed), feeds.TYPES[form], feed.updated.timestamp())
    if settings.WEBSUB_HUB:
        response.headers["Link"] = f'<{settings.WEBSUB_HUB}>; rel="hub", <{feed.url}>; rel="self"'
    return response


def _said_of(of: User | Tag | None) -> str:
    if of is None:
        return _("The newest posts on %(site)s.")
    return _("Posts by %(of)s on %(site)s.") if isinstance(of, User) else _("Posts about %(of)s on %(site)s.")


def _site_feed(request: HttpRequest, form: str) -> HttpResponseBase:
    return _feed(request, form, f"feed_{form}", Post.objects.published().newest_first())


def _author_feed(request: HttpRequest, form: str, username: str) -> HttpResponseBase:
    author = get_object_or_404(User.objects.named(username), is_active=True)
    posts = Post.objects.published().filter(author=author).newest_first()
    return _feed(request, form, f"author_feed_{form}", posts, author)


def _tag_feed(request: HttpRequest, form: str, slug: str) -> HttpResponseBase:
    tag = get_object_or_404(Tag, slug=slug)
    about = Post.objects.published().filter(taggings__tag=tag, taggings__published_at__isnull=False)
    return _feed(request, form, f"tag_feed_{form}", about.order_by("-taggings__published_at", "-taggings__post"), tag)


@require_safe
def feed_rss(request: HttpRequest) -> HttpResponseBase:
    return _site_feed(request, "rss")


@require_safe
def feed_atom(request: HttpRequest) -> HttpResponseBase:
    return _site_feed(request, "atom")


@require_safe
def feed_json(request: HttpRequest) -> HttpResponseBase:
    return _site_feed(request, "json")


@require_safe
def author_feed_rss(request: HttpRequest, username: str) -> HttpResponseBase:
    return _author_feed(request, "rss", username)


@require_safe
def author_feed_atom(request: HttpRequest, username: str) -> HttpResponseBase:
    return _author_feed(request, "atom", username)


@require_safe
def author_feed_json(request: HttpRequest, username: str) -> HttpResponseBase:
    return _author_feed(request, "json", username)


@require_safe
def tag_feed_rss(request: HttpRequest, slug: str) -> HttpResponseBase:
    return _tag_feed(request, "rss", slug)


@require_safe
def tag_feed_atom(request: HttpRequest, slug: str) -> HttpResponseBase:
    return _tag_feed(request, "atom", slug)


@require_safe
def tag_feed_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    return _tag_feed(request, "json", slug)


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
def sitemap(request: HttpRequest) -> HttpResponseBase:
    body, changed = sitemaps.write_all()
    return _answer(request, body, "application/xml", changed and changed.timestamp())


@require_safe
def sitemap_part(request: HttpRequest, part: str) -> HttpResponseBase:
    places = sitemaps.places(part)
    if not places:
        raise Http404
    changed = max((place.changed for place in places if place.changed), default=None)
    return _answer(request, sitemaps.write_places(places), "application/xml", changed and changed.timestamp())


@require_safe
def robots(request: HttpRequest) -> HttpResponseBase:
    return _answer(request, ROBOTS.format(absolute(reverse("sitemap"))).encode(), "text/plain")
