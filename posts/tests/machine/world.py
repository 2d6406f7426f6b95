"""Two authors, staff and three tabs against the real views, and what must be true after each thing that one does.

Every word that is typed is one of its own ("w17"), so that it can be looked for: a word that the server has
acknowledged is in the post, in a revision or in a working copy, until the same author, who had it before her eyes,
sends a text without it.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, unquote, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.testing.cases import HtmxClient, PageClient
from core.testing.forms import form_on
from posts.models import Address, Post, Revision, WorkingCopy
from posts.models.revision import FIELDS

WORD = re.compile(r"\bw\d+\b")
COPY = re.compile(r'name="copy" value="([^"]*)"')
AUTOSAVE = re.compile(r'hx-post="([^"]*/autosave/)"')
SAID = re.compile(r"aved by ([^.<]*)")
SENT = ("title", "content", "excerpt", "tags", "slug", "publish_at", "status", "submission")
TEXTS = ("title", "content", "excerpt", "tags")  # the fields in which words are typed
EDITS = ("append", "prepend", "insert", "lengthen", "retype", "delete", "swap", "nothing")
EDITS += ("title", "excerpt", "tags", "append", "lengthen")  # some more often than others
LATE = 1_000_000  # what the clock of a device may be behind, as the count of its requests


def words(*texts: str) -> set[str]:
    return {word for text in texts for word in WORD.findall(text)}


def said_by(data: dict[str, str]) -> set[str]:
    """The words that a form sends."""
    return words(*(data.get(name, "") for name in TEXTS))


class Tab:
    """A form that is open in a browser. `data` is what it would send now."""

    def __init__(self, user: User, client: Client, slow: int = 0) -> None:
        self.user, self.client = user, client
        self.order = 2 * LATE - slow
        self.sent: list[tuple[str, dict[str, str]]] = []  # the saves: where they were sent, and what
        self.kept: list[tuple[str, dict[str, str]]] = []  # the autosaves
        self.seen: set[str] = set()  # the words that were ever in it
        self.post: int | None = None

    @property
    def htmx(self) -> bool:
        return self.client.way == "partial"

    @property
    def token(self) -> str:
        return self.data["submission"]

    def show(self, response: HttpResponse) -> None:
        form = form_on(response, "post-form")
        self.data, self.action = form["data"], form["action"]
        if found := AUTOSAVE.search(response.text):
            self.autosave = unquote(found[1])
        self.seen |= self.words()

    def words(self) -> set[str]:
        return words(*(self.data.get(name, "") for name in TEXTS))

    def edit(self, how: str, at: int, new: Callable[[], str]) -> None:
        """Type something somewhere; `at` chooses the paragraph."""
        parts = [part for part in self.data["content"].replace("\r\n", "\n").split("\n\n") if part.strip()]
        at = at % len(parts) if parts else 0
        if not parts:
            parts = [f"{new()} {new()}" for _ in range(4)]  # room for two who do not meet
        elif how == "append":
            parts.append(f"{new()} {new()}")
        elif how == "prepend":
            parts.insert(0, new())
        elif how == "insert":
            parts.insert(at, f"{new()} and {new()}.")
        elif how == "lengthen":
            parts[at] += f" {new()}"
        elif how == "retype":
            parts[at] = f"{new()}\n{new()}"
        elif how == "delete" and len(parts) > 1:
            del parts[at]
        elif how == "swap":
            parts.append(parts.pop(0))
        elif how == "title":
            self.data["title"] = f"Title {new()}"
        elif how == "excerpt":
            self.data["excerpt"] = f"In short {new()}"
        elif how == "tags":
            self.data["tags"] = ", ".join([*self.data["tags"].split(", ")[:4], new()]).removeprefix(", ")
        self.data["content"] = "\n\n".join(parts)
        self.data["title"] = self.data["title"] or f"Title {new()}"
        self.seen |= self.words()


class Lost(AssertionError):
    """A rule of the house is broken."""


def step(act: Callable) -> Callable:
    """One thing that somebody does, and the look at everything after it."""

    @wraps(act)
    def run(self: "World", *args: Any, **kwargs: Any) -> None:
        self.steps += 1
        self.touched = set()
        self.may_change = set()
        act(self, *args, **kwargs)
        self.check()

    return run


class World:
    """Call its steps in any order. Runs inside a transaction of the caller's, who also calls `close`."""

    def __init__(self, ada: User, ben: User, staff: User, cookies: dict[int, dict[str, str]]) -> None:
        self.authors, self.staff, self.cookies = (ada, ben), staff, cookies
        self.signed_out: set[int] = set()
        self.nobody, self.admin = PageClient(), PageClient()
        self.admin.cookies.load(cookies[staff.pk])
        self.clients = {user: (PageClient(), HtmxClient()) for user in self.authors}
        for user in self.authors:
            self.sign_in(user)
        self.tabs: list[Tab | None] = [None, None, None]
        self.steps = self.typed = 0
        self.saved_words: set[str] = set()  # they are in a post or in a revision, for ever
        self.kept_words: set[str] = set()  # they may also be in a working copy only
        self.readers: dict[int, tuple] = {}
        self.made_by: dict[tuple[int, int], str] = {}  # which token made a version of a post
        self.done: set[tuple[str, ...]] = set()  # the forms that were saved
        self.posts_of: dict[tuple[int, str], set[int]] = defaultdict(set)
        self.addresses: dict[str, int] = {}
        self.ahead = timedelta()
        self._now = timezone.now
        self._clock = mock.patch("django.utils.timezone.now", lambda: self._now() + self.ahead)
        self._clock.start()

    def close(self) -> None:
        self._clock.stop()

    # --- Who and what ---------------------------------------------------------------------------------------

    def sign_in(self, user: User) -> None:
        self.signed_out.discard(user.pk)
        for client in self.clients[user]:
            client.cookies.load(self.cookies[user.pk])

    def signed_in(self, user: User) -> bool:
        return user.pk not in self.signed_out

    def new_word(self) -> str:
        self.typed += 1
        return f"w{self.typed}"

    def minute(self, ahead: int) -> str:
        """A time as a browser sends it."""
        return f"{timezone.localtime(timezone.now() + timedelta(minutes=ahead)):%Y-%m-%dT%H:%M}"

    def posts(self, user: User | None = None) -> list[Post]:
        posts = Post.everything.order_by("pk")
        return list(posts.filter(author=user) if user else posts)

    def choose(self, number: int, posts: list[Post]) -> Post | None:
        return posts[number % len(posts)] if posts else None

    def require(self, true: object, said: str) -> None:
        if not true:
            raise Lost(said)

    # --- Opening --------------------------------------------------------------------------------------------

    @step
    def open_new(self, tab: int, author: int, htmx: bool, slow: int = 0) -> None:
        user = self.authors[author]
        self.sign_in(user)
        self._open(tab, user, htmx, reverse("post_create"), None, slow)

    @step
    def open_edit(self, tab: int, number: int, htmx: bool, slow: int = 0, copy: int | None = None) -> None:
        """The form of a post, maybe with one certain working copy in it."""
        post = self.choose(number, [post for post in self.posts() if not post.deleted_at])
        if not post:
            return
        self.sign_in(post.author)
        query, copies = "", list(WorkingCopy.objects.filter(post=post, author=post.author).order_by("pk"))
        if copy is not None and copies:
            query = f"?copy={copies[copy % len(copies)].pk}"
        response = self._open(tab, post.author, htmx, reverse("post_edit", args=[post.slug]) + query, post.pk, slow)
        for kept in copies:
            shown = self.tabs[tab].data["copy"] == kept.seen
            offered = reverse("working_copy_detail", args=[post.slug, kept.pk])
            self.require(shown or offered in response.text, f"working copy {kept.pk} is not offered")

    @step
    def open_beside(self, tab: int, other: int, htmx: bool, slow: int) -> None:
        """The post of one tab once more in another, or on another device with another clock."""
        post = self.tabs[tab].post
        found = [at for at, one in enumerate(p.pk for p in self.posts() if not p.deleted_at) if one == post]
        if found:
            self.open_edit.__wrapped__(self, other, found[0], htmx, slow)

    def _open(  # noqa: PLR0917
        self, tab: int, user: User, htmx: bool, url: str, post: int | None, slow: int
    ) -> HttpResponse:
        """A page is read by the browser itself; htmx then sends its form."""
        page, partial = self.clients[user]
        response = page.get(url)
        self.require(response.status_code == 200, f"{url} answers {response.status_code}")
        self.tabs[tab] = Tab(user, partial if htmx else page, slow * LATE)
        self.tabs[tab].show(response)
        self.tabs[tab].post = post
        return response

    # --- Autosave -------------------------------------------------------------------------------------------

    @step
    def autosave(self, tab: int, how: str, at: int) -> None:
        tab = self.tabs[tab]
        tab.edit(how, at, self.new_word)
        tab.order += 1
        tab.kept.append((tab.autosave, tab.data | {"order": str(tab.order)}))
        self._autosave(tab, *tab.kept[-1])

    @step
    def autosave_again(self, tab: int, back: int) -> None:
        """The same once more, or an earlier one that was late on its way."""
        tab = self.tabs[tab]
        if tab.kept:
            self._autosave(tab, *tab.kept[-1 - back % len(tab.kept)], again=True)

    @step
    def autosave_that_overtakes(self, tab: int, how: str, at: int, status: str) -> None:
        """Save, and type on: the autosave of that comes in before the save, which was sent first."""
        tab = self.tabs[tab]
        tab.edit("lengthen", at, self.new_word)
        tab.order += 1
        save = tab.data | {"status": status, "order": str(tab.order)}
        tab.edit(how, at, self.new_word)
        tab.order += 1
        tab.kept.append((tab.autosave, tab.data | {"order": str(tab.order)}))
        self._autosave(tab, *tab.kept[-1])
        if tab.htmx:
            self._save(tab, tab.action, save, overtaken=True)

    def _autosave(self, tab: Tab, url: str, data: dict[str, str], again: bool = False) -> None:
        late = int(data["order"]) < tab.order
        if not tab.htmx:
            data, late = {name: data[name] for name in data if name != "order"}, False
        sent = said_by(data)
        response = tab.client.post(url, data)
        if not self.signed_in(tab.user):
            self._expired(tab, response, sent, late)
            return
        if response.status_code == 422:  # too long, or nothing at all
            return
        if tab.htmx:
            self.require(response.status_code == 200, f"autosave answers {response.status_code}")
            self.require("Saved" in response.text or not sent, "the autosave does not say Saved")
            if found := COPY.search(response.text):
                tab.data["copy"] = found[1]
        else:
            self.require(response.status_code == 302, f"autosave answers {response.status_code}")
        if not late:
            self._keep(tab, sent)
        if begun := Post.everything.filter(author=tab.user).begun_with(tab.user, data["submission"]):
            tab.post = begun.pk
        if not tab.htmx and not again:  # the browser follows, to the form that goes on from it
            self._go_on(tab, response["Location"], sent)

    def _keep(self, tab: Tab, sent: set[str]) -> None:
        """Acknowledged: what this tab had before its eyes and did not send again, it took out itself."""
        self.kept_words -= tab.seen - sent
        self.kept_words |= sent

    # --- Saving ---------------------------------------------------------------------------------------------

    @step
    def save(self, tab: int, how: str, at: int, status: str, times: int = 1, **fields: str) -> None:
        """Change something and press a button, maybe many times."""
        tab = self.tabs[tab]
        tab.edit(how, at, self.new_word)
        tab.data |= fields
        tab.order += 1
        data = tab.data | {"status": status, "order": str(tab.order)}
        tab.sent.append((tab.action, data))
        self._save(tab, tab.action, data)
        for _ in range(times - 1):
            self._again(tab, *tab.sent[-1])

    @step
    def save_again(self, tab: int, back: int, times: int = 1) -> None:
        """Back and resubmit, a reload, a connection that tries once more: a form that was sent before."""
        tab = self.tabs[tab]
        if tab.sent:
            url, data = tab.sent[-1 - back % len(tab.sent)]
            for _ in range(times):
                self._again(tab, url, data)

    def save_and_retry(self, tab: int, how: str, at: int, status: str) -> None:
        """Saved, saved with other words, and then the first one comes in once more."""
        self.save(tab, how, at, status)
        self.save(tab, "lengthen", at, status)
        self.save_again(tab, back=1)

    @step
    def save_wrongly(self, tab: int, how: str, at: int) -> None:
        """An error on the form: nothing is saved, all that was typed is still there."""
        tab = self.tabs[tab]
        tab.edit(how, at, self.new_word)
        data = tab.data | {"status": "published", "title": ""}
        before = self._line()
        response = tab.client.post(tab.action, data)
        if not self.signed_in(tab.user):
            self._expired(tab, response, said_by(data))
            return
        self.require(response.status_code == 422, f"a save without a title answers {response.status_code}")
        self.require(self._line() == before, "a form with an error made a revision")
        shown = form_on(response, "post-form")["data"]
        for name in ("content", "excerpt", "tags"):
            self.require(shown[name] == tab.data[name], f"the form with an error has another {name}")
        self.require(shown["submission"] == tab.token, "the form with an error has another token")
        title, tab.data = tab.data["title"], shown
        tab.data["title"] = title

    def _line(self) -> int:
        return Revision.objects.count()

    def _again(self, tab: Tab, url: str, data: dict[str, str]) -> None:
        """What was saved once is not saved again, whatever came between; what clashed is kept once."""
        done, before = self._key(data) in self.done, self._line()
        self._save(tab, url, data)
        if done and self.signed_in(tab.user):
            self.require(self._line() == before, "the same form sent again made another revision")

    def _key(self, data: dict[str, str]) -> tuple[str, ...]:
        """The token, and all that tells a repetition from a change."""
        return tuple(data.get(name, "") for name in SENT)

    def _save(self, tab: Tab, url: str, data: dict[str, str], *, overtaken: bool = False) -> None:
        sent = said_by(data)
        self.may_change.add("all")
        before = {post.pk: self._words_of(post) for post in self.posts(tab.user) if post.version}
        late = int(data["order"]) < tab.order
        if not tab.htmx:
            data, late = {name: data[name] for name in data if name != "order"}, False
        response = tab.client.post(url, data)
        if not self.signed_in(tab.user):
            self.may_change.clear()
            self._expired(tab, response, sent, late)
        elif response.status_code == 409:
            self.may_change.clear()
            self._clashed(tab, data, response, sent)
        elif response.status_code == 422:
            self.may_change.clear()
            self.require(data.get("slug") or data.get("publish_at"), "a form without an error is refused")
            shown = form_on(response, "post-form")["data"]
            for name in ("content", "excerpt", "tags", "title"):
                self.require(shown[name] == data[name], f"the form with an error has another {name}")
            tab.show(response)
            tab.data |= {"slug": "", "publish_at": ""}
        else:
            url = response["HX-Redirect"] if tab.htmx else response["Location"]
            self.require(response.status_code == (200 if tab.htmx else 302), f"save answers {response.status_code}")
            self._saved(tab, data, url, before, overtaken)

    def _words_of(self, post: Post) -> set[str]:
        return words(post.title, post.content, post.excerpt, *(tag.name for tag in post.tags.all()))

    def _saved(self, tab: Tab, data: dict[str, str], url: str, before: dict[int, set[str]], overtaken: bool) -> None:
        sent = said_by(data)
        key = self._key(data)
        fresh, self.saved_words = sent - self.saved_words, self.saved_words | sent
        if not overtaken:
            self.kept_words -= tab.seen - sent - self.saved_words
        if url == reverse("trash"):
            return
        post = Post.everything.at(unquote(urlsplit(url).path).split("/")[2]).get()
        self.posts_of[tab.user.pk, data["submission"]].add(post.pk)
        self.require(len(self.posts_of[tab.user.pk, data["submission"]]) == 1, "one token made two posts")
        self.touched.add(post.pk)
        tab.post = post.pk
        if key not in self.done:
            self.done.add(key)
            self.made_by[post.pk, post.version] = data["submission"]
            now = self._words_of(post)
            self.require(fresh <= now, f"new words are not in the saved post: {sorted(fresh - now)}")
            began = post.ancestor(int(data["version"]))  # a working copy may have gone on from it
            undone = before.get(post.pk, set()) - tab.seen - words(began.title, began.content, *began.tags) - now
            self.require(not undone, f"a save took away what its author had never seen: {sorted(undone)}")
            if data["status"] == "draft":
                self.require(post.published_at is None, "what was saved as a draft is not one")
            head = post.revisions.get(number=post.version)
            if head.reason == Revision.Reason.MERGED:
                told = tab.client.get(url).text if not tab.htmx else ""
                for found in SAID.findall(told):
                    self._said(post, head.began_from, tab, found)

    def _clashed(self, tab: Tab, data: dict[str, str], response: HttpResponse, sent: set[str]) -> None:
        """Both texts are kept before the page is shown; it says who, and the form goes on from the saved post."""
        form = form_on(response, "post-form")
        post = Post.everything.at(unquote(form["action"]).split("/")[2]).get()
        self.touched.add(post.pk)
        self.saved_words |= sent
        self.kept_words -= tab.seen - sent - self.saved_words
        began = int(data["version"])
        self.require(began != post.version, "a clash with nobody")
        others = [self.made_by.get((post.pk, n)) != data["submission"] for n in range(began + 1, post.version + 1)]
        self.require(any(others), "a form clashes with itself")
        (said,) = SAID.findall(response.text)[:1]
        self._said(post, began, tab, said)
        tab.show(response)
        tab.seen |= words(response.text)
        self.require(int(tab.data["version"]) == post.version, "the form of a clash begins from another version")
        self.require(tab.token != data["submission"], "the form of a clash has the old token")

    def _said(self, post: Post, began: int, tab: Tab, said: str) -> None:
        """Nobody is named who has not saved since."""
        since = {str(revision.by) for revision in post.revisions.filter(number__gt=began)}
        for user in (self.staff, *self.authors):
            named = re.search(rf"\b{user}\b", said)
            self.require(not named or str(user) in since, f"{tab.user} is told of {user}: {said}")
            self.require(not named or user != tab.user, f"{tab.user} is told of herself as of another: {said}")

    def _expired(self, tab: Tab, response: HttpResponse, sent: set[str], late: bool = False) -> None:
        """Not saved, and not public; but what leads to the post's form after signing in is kept."""
        if tab.htmx:  # told that nothing is saved; its page, and the device, have the words
            self.require(response.status_code == 401, f"signed out: {response.status_code}")
            return
        if sent and not late:
            self._keep(tab, sent)
        self.require(response.status_code == 302, f"signed out: {response.status_code}")
        address = urlsplit(response["Location"])
        self.require(address.path == reverse("login"), f"signed out: {address.path}")
        (after,) = parse_qs(address.query)["next"]
        self.sign_in(tab.user)
        self._go_on(tab, after, sent)

    def _go_on(self, tab: Tab, url: str, sent: set[str]) -> None:
        """The page that a browser is led to opens with what was kept, or offers it."""
        page = tab.client.get(url)
        if page.status_code == 302:
            self.require(page["Location"] == reverse("trash"), f"{url} leads to {page['Location']}")
            return
        self.require(page.status_code == 200, f"{url} answers {page.status_code} where words were kept")
        tab.show(page)
        copy = WorkingCopy.objects.filter(author=tab.user).order_by("-saved_at", "-pk").first()
        offered = copy and reverse("working_copy_detail", args=[copy.post.slug, copy.pk]) in page.text
        self.require(offered or sent <= tab.words(), "what was kept is neither in the form nor offered")

    # --- The rest of what an author does --------------------------------------------------------------------

    @step
    def row(self, number: int, what: str, htmx: bool) -> None:
        """Publish, unpublish, delete or restore in the list."""
        posts = [post for post in self.posts() if bool(post.deleted_at) == (what == "post_restore")]
        post = self.choose(number, posts)
        if not post or (what == "post_publish" and not post.version):
            return
        self.sign_in(post.author)
        self.may_change.add(post.pk)
        self.touched.add(post.pk)
        response = self.clients[post.author][htmx].post(reverse(what, args=[post.slug]))
        self.require(response.status_code in {200, 302}, f"{what} answers {response.status_code}")

    @step
    def go_back(self, number: int, what: str, htmx: bool) -> None:
        """Restore a revision, or open it as a working copy."""
        revisions = list(Revision.objects.filter(post__deleted_at=None).select_related("post__author").order_by("pk"))
        if not revisions:
            return
        revision = revisions[number % len(revisions)]
        post = revision.post
        self.sign_in(post.author)
        self.touched.add(post.pk)
        if what == "revision_restore":
            self.may_change.add(post.pk)
        response = self.clients[post.author][htmx].post(reverse(what, args=[post.slug, revision.pk]))
        self.require(response.status_code in {200, 302}, f"{what} answers {response.status_code}")
        said = words(revision.title, revision.content, revision.excerpt)
        if what == "revision_open":
            self.kept_words |= said
        else:
            self.saved_words |= said

    @step
    def discard_copy(self, number: int, htmx: bool) -> None:
        copies = list(WorkingCopy.objects.filter(post__deleted_at=None).select_related("post__author").order_by("pk"))
        if not copies:
            return
        copy = copies[number % len(copies)]
        self.sign_in(copy.author)
        url = reverse("working_copy_discard", args=[copy.post.slug, copy.pk])
        response = self.clients[copy.author][htmx].post(url)
        self.require(response.status_code in {200, 302}, f"discard answers {response.status_code}")

    @step
    def sign_out(self, author: int) -> None:
        self.signed_out.add(self.authors[author].pk)
        for client in self.clients[self.authors[author]]:
            client.cookies.clear()

    @step
    def trespass(self, tab: int, number: int) -> None:
        """An author sends her form to another's post: nobody is there, and nothing changes."""
        tab = self.tabs[tab]
        post = self.choose(number, [post for post in self.posts() if post.author != tab.user])
        if not post or not self.signed_in(tab.user):
            return
        before = Revision.objects.count(), WorkingCopy.objects.count()
        for name in ("post_edit", "post_autosave"):
            response = tab.client.post(reverse(name, args=[post.slug]), tab.data | {"status": "published"})
            self.require(response.status_code == 404, f"a stranger's {name} answers {response.status_code}")
        self.require((Revision.objects.count(), WorkingCopy.objects.count()) == before, "a stranger changed something")

    @step
    def pass_time(self, minutes: int) -> None:
        """What was scheduled becomes public by itself."""
        before = timezone.now()
        self.ahead += timedelta(minutes=minutes)
        due = Post.objects.filter(published_at__range=(before, timezone.now()))
        self.may_change |= set(due.values_list("pk", flat=True))

    # --- Staff ----------------------------------------------------------------------------------------------

    @step
    def staff_saves(self, number: int, how: str, at: int, published: bool | None) -> None:
        """Somebody else changes a post; `published` None leaves its status."""
        post = self.choose(number, [post for post in self.posts() if post.version and not post.deleted_at])
        if not post:
            return
        tab = Tab(self.staff, self.admin)
        tab.data = {"title": post.title, "content": post.content, "excerpt": post.excerpt, "tags": ""}
        tab.edit(how, at, self.new_word)
        post.title, post.content, post.excerpt = (tab.data[name] for name in ("title", "content", "excerpt"))
        if published is not None:
            post.status = "published" if published else "draft"
        self.may_change.add(post.pk)
        self.touched.add(post.pk)
        post.revise(by=self.staff)
        self.saved_words |= words(*(tab.data[name] for name in ("title", "content", "excerpt")))

    @step
    def staff_saves_in_admin(self, number: int, late: bool) -> None:
        """Through the admin's form, which saves over nobody."""
        post = self.choose(number, [post for post in self.posts() if post.version and not post.deleted_at])
        if not post:
            return
        url = reverse("admin:posts_post_change", args=[post.pk])
        opened = {name: getattr(post, name) for name in ("title", "slug", "excerpt")}
        opened |= {"opened_version": post.version, "author": post.author_id}
        opened["tags"] = list(post.tags.values_list("pk", flat=True))
        opened["content"] = mine = f"{post.content}\n\n{self.new_word()}"
        at = timezone.localtime(post.published_at) if post.published_at else None
        opened |= {"published_at_0": f"{at:%Y-%m-%d}" if at else "", "published_at_1": f"{at:%H:%M:%S}" if at else ""}
        self.may_change.add(post.pk)
        self.touched.add(post.pk)
        if late:
            post.content = f"{post.content}\n\n{self.new_word()}"
            post.revise()
            self.saved_words |= words(post.content)
        response = self.admin.post(url, opened)
        self.require(response.status_code == (200 if late else 302), f"admin answers {response.status_code}")
        if not late:
            self.saved_words |= words(mine)

    # --- What must be true ----------------------------------------------------------------------------------

    def check(self) -> None:
        self._check_words()
        self._check_lines()
        self._check_readers()
        self._check_addresses()

    def _check_words(self) -> None:
        saved: set[str] = set()
        for rows in (Post.everything, Revision.objects):
            for texts in rows.values_list("title", "content", "excerpt"):
                saved |= words(*texts)
        for tags in Revision.objects.values_list("tags", flat=True):
            saved |= words(*tags)
        kept = set(saved)
        for title, content, fields in WorkingCopy.objects.values_list("title", "content", "fields"):
            kept |= words(title, content, fields.get("excerpt", ""), fields.get("tags", ""))
        self.require(self.saved_words <= saved, f"saved and lost: {sorted(self.saved_words - saved)}")
        self.require(self.kept_words <= kept, f"acknowledged and lost: {sorted(self.kept_words - kept)}")

    def _check_lines(self) -> None:
        lines = defaultdict(list)
        for revision in Revision.objects.filter(number__isnull=False).order_by("number"):
            lines[revision.post_id].append(revision)
        for post in Post.everything.prefetch_related("tags"):
            line = lines[post.pk]
            numbers = [revision.number for revision in line]
            self.require(numbers == list(range(1, post.version + 1)), f"post {post.pk} has the revisions {numbers}")
            if line:
                for name in FIELDS:
                    self.require(getattr(line[-1], name) == getattr(post, name), f"the last revision's {name}")
                tags = {tag.name for tag in post.tags.all()}
                self.require(set(line[-1].tags) == tags, f"the last revision's tags: {line[-1].tags}, {tags}")

    def _check_readers(self) -> None:
        now = {
            pk: said
            for pk, *said in Post.objects.published().values_list("pk", "slug", "title", "content_html", "excerpt")
        }
        if "all" not in self.may_change:
            for pk in now.keys() | self.readers.keys():
                same = now.get(pk) == self.readers.get(pk)
                self.require(same or pk in self.may_change, f"readers see a change of post {pk}")
        changed = {pk for pk in now.keys() | self.readers.keys() if now.get(pk) != self.readers.get(pk)}
        self.readers = now
        for post in Post.everything.filter(pk__in=changed | self.touched):
            response = self.nobody.get(reverse("post_detail", args=[post.slug]))
            if post.pk in now:
                self.require(response.status_code == 200, f"readers get {response.status_code}")
                self.require(post.content_html in response.text, "readers see another text than the saved one")
                self.require(words(response.text) <= self.saved_words, "readers see what was never saved")
            else:
                told = (post.deleted_at and post.was_public) or Address.objects.gone().filter(slug=post.slug).exists()
                wanted = 410 if told else 404
                self.require(response.status_code == wanted, f"readers get {response.status_code}, not {wanted}")

    def _check_addresses(self) -> None:
        now = dict(Address.objects.values_list("slug", "post_id"))
        for slug, pk in self.addresses.items():
            self.require(now.get(slug) == pk, f"the address {slug} leads to {now.get(slug)}, not to {pk}")
        self.addresses = now
        for post in Post.objects.published().filter(pk__in=self.touched):
            self.require(now.get(post.slug) == post.pk, f"{post.slug} is no address")
            old = post.addresses.exclude(slug=post.slug).order_by("-pk").first()
            if old:
                response = self.nobody.get(reverse("post_detail", args=[old.slug]))
                self.require(response.status_code == 301, f"a former address answers {response.status_code}")
                self.require(unquote(response["Location"]) == unquote(post.get_absolute_url()), "it leads elsewhere")
