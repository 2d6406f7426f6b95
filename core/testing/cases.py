"""What every test of a view starts from: the cast, three ways to ask, and what makes an answer a page or a partial."""

from collections.abc import Callable, Iterator
from functools import wraps
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from core.testing.fakestore import store as fake_store

PASSWORD = "galley-proof-1"
VARY = {"hx-request", "hx-request-type"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class PageClient(Client):
    """A browser without JavaScript."""

    way = "page"


class HtmxClient(Client):
    """htmx 4, asking for a part of the page that it is on."""

    way = "partial"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(headers={"HX-Request": "true", "HX-Request-Type": "partial"}, **kwargs)


class RestoreClient(Client):
    """htmx 4 after Back: it asks for the whole page, to restore one that it had changed."""

    way = "restore"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(headers={"HX-History-Restore-Request": "true", "HX-Request-Type": "full"}, **kwargs)


READING = (PageClient, HtmxClient, RestoreClient)  # the three ways to ask for something
WRITING = (PageClient, HtmxClient)  # the two ways to send something


def _signed_in_cookies(user: Any) -> dict[str, str]:
    """A session as signing in leaves it, without what signing in costs."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    return {settings.SESSION_COOKIE_NAME: session.session_key}


class TopElements(HTMLParser):
    """Collects (tag, id) of the elements that stand at the top of a fragment."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.depth, self.found = 0, []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.found.append((tag, dict(attrs).get("id")))
        self.depth += tag not in VOID

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in VOID


def fragments(html: str) -> list[tuple[str, str | None]]:
    """(tag, id) of a partial's top elements, without those that go elsewhere on the page and without its title."""
    return [(tag, id_) for tag, id_ in TopElements(html).found if tag not in {"hx-partial", "title"}]


@override_settings(IMAGES_STORES={"fake": "core.testing.fakestore:store"}, IMAGES_STORE="fake")
class ViewTestCase(TestCase):
    """Ada writes, Ben is another author, Cleo only reads; `nobody` is signed out. Pictures go to the fake store."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.ada, cls.ben, cls.cleo = (
            get_user_model().objects.create_user(name, f"{name}@example.org", PASSWORD)
            for name in ("ada", "ben", "cleo")
        )
        # Signing in costs as much as a page: the cast has done it, once for all tests of the class.
        cls.cookies = {user.pk: _signed_in_cookies(user) for user in (cls.ada, cls.ben, cls.cleo)}

    def setUp(self) -> None:
        fake_store.reset()

    def clients(self, user: Any = None, kinds: tuple[type[Client], ...] = WRITING) -> Iterator[Client]:
        """One client of each kind, signed in as `user` (None: nobody)."""
        for kind in kinds:
            yield self.signed_in(kind, user)

    def page(self, user: Any = None) -> PageClient:
        return self.signed_in(PageClient, user)

    def htmx(self, user: Any = None) -> HtmxClient:
        return self.signed_in(HtmxClient, user)

    def signed_in(self, kind: type[Client], user: Any) -> Any:
        client = kind()
        if user is not None and user.pk in self.cookies:
            client.cookies.load(self.cookies[user.pk])
        elif user is not None:
            client.force_login(user)
        return client

    def assertPage(self, response: HttpResponse, template: str, status: int = 200) -> None:
        """The whole page `template`, marked so that no cache takes it for a partial."""
        self.assertEqual(response.status_code, status)
        self.assertEqual(response.template_name, template)
        self.assertContains(response, "<html", 1, status_code=status)
        self.assertContains(response, "</html>", 1, status_code=status)
        self.assertVaries(response)

    def assertPartial(
        self, response: HttpResponse, address: str, status: int = 200, *, top: str | None = None
    ) -> None:
        """The partial at `address` ("posts/post_form.html#post-form", or a file of its own), alone.

        Its one top element has the id `top`; by default the partial's name.
        """
        self.assertEqual(response.status_code, status)
        self.assertEqual(response.template_name, address)
        self.assertNotContains(response, "<html", status_code=status)
        ids = [id_ for _, id_ in fragments(response.text)]
        self.assertEqual(ids, [top or address.partition("#")[2]])
        self.assertVaries(response)

    def assertVaries(self, response: HttpResponse) -> None:
        named = {name.strip().lower() for name in response.headers.get("Vary", "").split(",")}
        self.assertLessEqual(VARY, named, "an answer that depends on htmx's headers must say so")

    def assertAnswers(
        self,
        response: HttpResponse,
        client: Client,
        template: str,
        partial: str,
        status: int = 200,
        **kwargs: Any,
    ) -> None:
        """Page or partial, whichever `client` must get."""
        if client.way == "partial":
            address = partial if partial.endswith(".html") else f"{template}#{partial}"
            self.assertPartial(response, address, status, **kwargs)
        else:
            self.assertPage(response, template, status)

    def assertWentTo(self, response: HttpResponse, client: Client, url: str) -> None:
        """A POST that worked and moves on: 302 for a plain form, a navigation by htmx for a partial."""
        if client.way == "partial":
            self.assertEqual((response.status_code, response.headers.get("HX-Redirect")), (200, url))
        else:
            self.assertRedirects(response, url, fetch_redirect_response=False)

    def assertNeedsSignIn(self, url: str, method: str = "get") -> None:
        """A signed-out visitor is sent to sign in and back; htmx gets a message, and nothing is swapped away."""
        response = getattr(self.page(), method)(url)
        self.assertRedirects(response, f"{reverse('login')}?next={quote(url)}", fetch_redirect_response=False)
        self.assertVaries(response)
        response = getattr(self.htmx(), method)(url)
        self.assertEqual(response.status_code, 401)
        self.assertEqual(fragments(response.text), [])
        self.assertVaries(response)

    def assertHidden(self, url: str, *users: Any, methods: tuple[str, ...] = ("get",)) -> None:
        """Nobody of `users` can tell that there is something: 404, for the first of them in each of the three ways."""
        for number, user in enumerate(users):
            ways = READING if "get" in methods else WRITING
            for client in self.clients(user, ways if number == 0 else (PageClient,)):
                for method in methods:
                    with self.subTest(user=user, way=client.way, method=method):
                        self.assertEqual(getattr(client, method)(url).status_code, 404)

    def assertRefuses(self, url: str, user: Any, *methods: str) -> None:
        """405 for methods that the view does not know."""
        for method in methods:
            with self.subTest(method=method):
                self.assertEqual(getattr(self.page(user), method)(url).status_code, 405)


def _each(kinds: tuple[type[Client], ...], user: str | None) -> Callable:
    def decorate(test: Callable) -> Callable:
        @wraps(test)
        def run(self: ViewTestCase) -> None:
            for kind in kinds:
                with self.subTest(kind.way), transaction.atomic():
                    fake_store.reset()
                    test(self, self.signed_in(kind, getattr(self, user) if user else None))
                    transaction.set_rollback(True)

        return run

    return decorate


def three_ways(user: str | None = None) -> Callable:
    """Run a test once as a page, once as a partial, once as a history restore, each on the data as it was.

    The test gets the client, signed in as the member of the cast named `user`.
    """
    return _each(READING, user)


def both_ways(user: str | None = None) -> Callable:
    """The same for a test that sends a form, which no history restore ever does: as a page and as a partial."""
    return _each(WRITING, user)
