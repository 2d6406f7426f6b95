"""What a page says of itself to machines: schema.org's words, as JSON-LD. Pure functions of what the page shows."""

from functools import cache

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from core.addresses import address
from posts.feeds import absolute, icon
from posts.models import Post

Data = dict[str, object]
CONTEXT = "https://schema.org"


def of_post(post: Post) -> Data:
    """A public post, who wrote it, and where it stands; its tags and its author are loaded."""
    url, tags = absolute(post.get_absolute_url()), list(post.tags.all())
    article = {
        "@type": "BlogPosting",
        "headline": post.title,
        "description": post.summary,
        "url": url,
        "mainEntityOfPage": url,
        "image": [post.social_image],
        "datePublished": post.published_at.isoformat(timespec="seconds"),
        "dateModified": max(post.published_at, post.changed_at or post.published_at).isoformat(timespec="seconds"),
        "author": {"@type": "Person", "name": str(post.author), "url": absolute(post.author.get_absolute_url())},
        "publisher": _publisher(),
        "wordCount": post.word_count,
        "inLanguage": post.language or settings.LANGUAGE_CODE,
    }
    if tags:
        article["keywords"] = [tag.name for tag in tags]
    above = [(tag.name, address("tag_detail", tag.slug)) for tag in tags[:1]]
    return {"@context": CONTEXT, "@graph": [article, _path(*above, (post.title, ""))]}


def of_author(author: User) -> Data:
    person = {"@type": "Person", "name": str(author), "url": absolute(author.get_absolute_url())}
    person |= {"description": author.bio} if author.bio else {}
    person |= {"image": absolute(author.avatar.src(192))} if author.avatar else {}
    profile = {"@type": "ProfilePage", "url": person["url"], "mainEntity": person}
    return {"@context": CONTEXT, "@graph": [profile, _path((str(author), ""))]}


def of_site() -> Data:
    home = absolute(reverse("post_list"))
    search = f"{absolute(reverse('post_search'))}?q={{q}}"
    site = {
        "@type": "WebSite",
        "name": settings.SITE_NAME,
        "url": home,
        "inLanguage": translation.get_language(),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=q",
        },
    }
    blog = {"@type": "Blog", "name": settings.SITE_NAME, "url": home, "publisher": _publisher()}
    return {"@context": CONTEXT, "@graph": [site, blog]}


def _publisher() -> Data:
    logo = {"@type": "ImageObject", "url": icon(512)}
    return {"@type": "Organization", "name": settings.SITE_NAME, "url": f"{settings.SITE_URL}/", "logo": logo}


def _path(*steps: tuple[str, str]) -> Data:
    """The way from the front page; the last step is the page itself, which needs no address."""
    items = []
    for position, (name, url) in enumerate(((settings.SITE_NAME, "/"), *steps), 1):
        item = {"@type": "ListItem", "position": position, "name": name}
        items.append(item | ({"item": absolute(url)} if url else {}))
    return {"@type": "BreadcrumbList", "itemListElement": items}


@cache
def locale_of(language: str) -> str:
    """A language as Open Graph wants it, with the country where most of its readers' programs look for it: "de_DE"."""
    language, _, place = language.partition("-")
    if len(place) == 2:  # noqa: PLR2004
        return f"{language}_{place.upper()}"
    return f"{language}_{COUNTRIES.get(language, language.upper())}"


COUNTRIES = {
    **{"ar": "AR", "be": "BY", "ca": "ES", "cs": "CZ", "da": "DK", "el": "GR", "en": "US", "et": "EE", "eu": "ES"},
    **{"fa": "IR", "gl": "ES", "he": "IL", "hi": "IN", "ja": "JP", "ko": "KR", "nb": "NO", "sl": "SI", "sq": "AL"},
    **{"sv": "SE", "uk": "UA", "vi": "VN", "zh": "CN"},
}
