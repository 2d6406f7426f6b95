"""Two processes that answer readers from memory, whoever changes what, and what must be true of each answer.

The clock stands still unless time is let pass; then each process looks at the database four times a second, as its
thread does, unless it is stuck. After whatever may change what readers see, every address that is looked at is
rendered anew without any cache: so of each it is known what was true at which time.
"""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from unittest import mock

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.urls import reverse

from accounts.models import User
from core.images.models import Image
from core.pagecache.freshness import Freshness, Stamp
from core.pagecache.front import PageCache, asked, without_visitor
from core.pagecache.reads import Reads
from core.pagecache.tests.kit import ask, environ_of, generation
from core.testing.cases import PageClient
from posts.models import Post, Tag
from posts.models.reads import Reads as PostReads
from posts.tests.factory import begin_post, make_image, make_post

WORD = re.compile(r"\b[wt]\d+\b")
LANGUAGES = ("en", "de", "ar")
PART = {"HX_REQUEST": "true", "HX_REQUEST_TYPE": "partial"}
LOOKS = (0.0, 0.13)  # when in a quarter of a second each process looks
TOKENS = ("csrfmiddlewaretoken", "csrftoken", "@example.org")


class Stale(AssertionError):
    """A rule of the page cache is broken."""


class Question(NamedTuple):
    address: str
    language: str
    part: bool

    @property
    def headers(self) -> dict[str, str]:
        return {"ACCEPT_LANGUAGE": self.language} | (PART if self.part else {})


class Shared:
    """Redis as both processes see it."""

    def __init__(self, world: "ReadersWorld") -> None:
        self.world, self.value = world, None

    def get(self) -> tuple[float, float, Stamp | None]:
        at, stamp = self.value or (self.world.now, None)
        if self.world.now - at > 0.25:
            self.value = stamp = None
        return self.world.now, self.world.now - at, stamp

    def put(self, at: float, stamp: Stamp) -> None:
        self.value = at, stamp


class ReadersWorld:
    """Call its steps in any order. Runs inside a transaction of the caller's, who also calls `close`."""

    def __init__(self, ada: User, ben: User, cookies: dict[int, dict[str, str]], *, redis: bool = False) -> None:
        self.people, self.cookies = (ada, ben), cookies
        self.now = float(int(time.time()))  # sessions end by the true clock
        self.django = WSGIHandler()
        self.django.load_middleware()
        self.steps = self.kept = self.words = 0
        self.owner: dict[str, int] = {}  # whose word is it: of which post
        self.held: dict[tuple[Question, int], tuple[dict[str, str], str]] = {}  # what a reader has had
        self.true: dict[Question, list[tuple[float, str]]] = {}
        self.stuck: set[int] = set()
        self.changed_at = self.due_at = 0.0
        names = ("core.pagecache.front", "core.pagecache.freshness")
        self.patches = [mock.patch(f"{name}.{clock}", self.clock) for name in names for clock in ("time", "monotonic")]
        self.patches += [mock.patch("django.utils.timezone.now", self.moment)]
        # What Django does around each request would end the transaction that all of this is in.
        self.patches += [mock.patch.object(connections["default"], "close_if_unusable_or_obsolete")]
        for patch in self.patches:
            patch.start()
        shared = Shared(self) if redis else None
        self.caches = [
            PageCache(self.django, room=300_000, freshness=Freshness(shared, thread=False), reads=Reads(thread=False))
            for _ in LOOKS
        ]
        make_post(ada, tags=("tea",), content=f"{self.word(0)} stands.")
        self.questions = self.watched()
        self.look()
        self.note()

    def close(self) -> None:
        for patch in self.patches:
            patch.stop()

    def clock(self) -> float:
        return self.now

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    def word(self, post: int) -> str:
        """One that nobody has written yet."""
        self.words += 1
        self.owner[f"w{self.words}"] = post
        return f"w{self.words}"

    def watched(self) -> list[Question]:
        addresses = [reverse("post_list"), reverse("tag_detail", args=["tea"])]
        addresses += [author.get_absolute_url() for author in self.people]
        pages = [Question(address, LANGUAGES[at % 3], False) for at, address in enumerate(addresses)]
        posts = Post.everything.order_by("pk")
        pages += [Question(post.get_absolute_url(), "en", False) for post in posts.filter(version__gt=0)[:3]]
        return [*pages, Question(addresses[0], "en", True), Question(addresses[1], "de", True)]

    # --- What is true ---------------------------------------------------------------------------------------

    def render(self, question: Question) -> str:
        environ = environ_of(question.address, **question.headers)
        clean = without_visitor(asked(environ), environ)
        heard: list[Any] = []
        response = self.django(clean, lambda *said: heard.extend(said))
        return response.text if heard[0].startswith("200") else heard[0]

    def note(self) -> None:
        """Remember what each address says now, and see that it says nothing of anybody's."""
        self.questions = list(dict.fromkeys([*self.questions, *self.watched()]))[-10:]
        public = set(Post.objects.published().values_list("pk", flat=True)) | {0}
        for question in self.questions:
            text = self.render(question)
            history = self.true.setdefault(question, [])
            if not history or history[-1][1] != text:
                history.append((self.now, text))
            if wrong := [word for word in WORD.findall(text) if self.owner.get(word, -1) not in public]:
                raise Stale(f"{question} holds {wrong}, which is nobody's to read")
            if wrong := [token for token in TOKENS if token in text]:
                raise Stale(f"{question} holds {wrong}")

    def was_true(self, question: Question, text: str) -> bool:
        """Within the last second; before what was due, not at all, if it was scheduled a second ahead."""
        history = self.true[question]
        ends = [at for at, _ in history[1:]] + [float("inf")]
        since = max(self.now - 1, self.due_at)
        return any(said == text and end > since for (_, said), end in zip(history, ends, strict=True))

    def read_all(self, at: int) -> None:
        for which in range(len(self.questions)):
            self.read(at, which, "", "", "")

    # --- Time -----------------------------------------------------------------------------------------------

    def look(self) -> None:
        for at, cache in enumerate(self.caches):
            if at not in self.stuck:
                cache.freshness.try_look()

    def wait(self, seconds: float) -> None:
        self.steps += 1
        end = self.now + seconds
        if seconds > 5:  # nobody asks: nobody looks
            self.now = end - 1
            self.note()
        while self.now < end:
            marks = [((self.now - offset) // 0.25 + 1) * 0.25 + offset for offset in LOOKS]
            due = Post.objects.scheduled().order_by("published_at").values_list("published_at", flat=True).first()
            stops = [*marks, end, *([due.timestamp()] if due else [])]
            self.now = min(stop for stop in stops if stop > self.now)
            for at, mark in enumerate(marks):
                if at not in self.stuck and (mark == self.now or (due and due.timestamp() == self.now)):
                    self.caches[at].freshness.try_look()
            if due and due.timestamp() <= self.now:
                self.due_at = self.now if self.now - self.changed_at >= 1 else self.due_at
                self.note()

    def stick(self, at: int) -> None:
        self.stuck ^= {at}

    # --- Readers --------------------------------------------------------------------------------------------

    def read(self, at: int, which: int, way: str, cookie: str, again: str) -> None:
        """Somebody who is signed out asks a process, with what an earlier answer has told."""
        self.steps += 1
        question, cache = self.questions[which % len(self.questions)], self.caches[at]
        headers = question.headers | {"ACCEPT_ENCODING": way} | ({"COOKIE": cookie} if cookie else {})
        if cookie.startswith("language="):
            headers["ACCEPT_LANGUAGE"] = "fr"
            headers["COOKIE"] = f"language={question.language}"
        had = self.held.get((question, at if way else 1 - at))
        if had and again == "tag" and "ETag" in had[0]:
            headers["IF_NONE_MATCH"] = had[0]["ETag"]
        elif had and again == "date" and "Last-Modified" in had[0]:
            headers["IF_MODIFIED_SINCE"] = had[0]["Last-Modified"]
        entry = cache.shelf.get(asked(environ_of(question.address, **headers)))
        answer = ask(cache, question.address, **headers)
        text = had[1] if answer.status == 304 else answer.text if answer.status == 200 else ""
        self.kept += entry is not None and entry.stamp is cache.freshness.state.stamp
        if answer.status in {200, 304}:
            if not self.was_true(question, text):
                raise Stale(f"{question} from process {at}, {answer.status}: not true since a second")
            if "Set-Cookie" in answer.headers:
                raise Stale(f"{question} sets a cookie: {answer.headers}")
            if question.part and "private" not in answer.headers["Cache-Control"]:
                raise Stale(f"{question} is a part that others may keep")
        elif not any(said.startswith(str(answer.status)) for _, said in self.true[question]):
            raise Stale(f"{question} says {answer.status}")
        if answer.status == 200:
            self.held[question, at if way else 1 - at] = answer.headers, answer.text

    def read_signed_in(self, at: int, which: int, who: int) -> None:
        """Somebody who is signed in sees their own page, never one that was kept."""
        self.steps += 1
        question, person = self.questions[which % len(self.questions)], self.people[who]
        name, key = settings.SESSION_COOKIE_NAME, self.cookies[person.pk][settings.SESSION_COOKIE_NAME]
        answer = ask(self.caches[at], question.address, **question.headers, COOKIE=f"a=b; {name}={key}")
        if answer.status == 200 and not question.part and "data-sign-out" not in answer.text:
            raise Stale(f"{question} for {person} is not theirs")

    def act(self, who: int, draft: bool) -> None:
        """Somebody signed in does a thing that leaves a message, and sees it on the way."""
        self.steps += 1
        client = PageClient()
        client.cookies.load(self.cookies[self.people[who].pk])
        post = self.some_post(who, draft=draft)
        if post is not None:
            client.post(reverse("post_unpublish" if draft else "post_publish", args=[post.slug]))
        cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        ask(self.caches[who], reverse("post_list"), COOKIE=cookie)
        self.changed()

    # --- Changes --------------------------------------------------------------------------------------------

    def changed(self, *, private: bool = False, before: int = 0) -> None:
        after, self.changed_at = generation(), self.now
        if private and after != before:
            raise Stale("private work has emptied the cache")
        self.note()

    def some_post(self, at: int, *, draft: bool | None = None) -> Post | None:
        posts = Post.objects.filter(version__gt=0).order_by("pk")
        if draft is not None:
            posts = posts.filter(published_at__isnull=draft)
        found = list(posts)
        return found[at % len(found)] if found else None

    def write(self, who: int, state: str, tag: str) -> None:
        self.steps += 1
        if Post.everything.count() > 8:
            return
        before = generation()
        post = make_post(self.people[who], state="draft", title="Untold")
        word = self.word(post.pk)
        post.title, post.content = f"Title {word}", f"Text {self.word(post.pk)} and more."
        post.save()
        post.tags.set(Tag.objects.named(["tea", f"t{self.words}"] if tag == "new" else [tag]))
        self.owner[f"t{self.words}"] = post.pk
        self.changed(private=True, before=before)
        if state != "draft":
            post.publish(self.moment() + timedelta(seconds=1.5) if state == "scheduled" else None)
            self.changed()

    def change(self, at: int, how: str) -> None:
        self.steps += 1
        if (post := self.some_post(at)) is None:
            return
        before, private = generation(), post.published_at is None
        if how == "text":
            post.content = f"{self.word(post.pk)} {post.content}"
            post.save()
        elif how == "title":
            post.title = f"Title {self.word(post.pk)}"
            post.save(update_fields=["title"])
        elif how == "rename":
            post.slug = f"s{self.words}-{post.pk}-{self.steps}"
            post.save()
        elif how == "tags":
            post.tags.set(Tag.objects.named(["tea"] if post.tags.count() > 1 else ["tea", "milk"]))
        elif how == "picture":
            post.featured_image = make_image(post.author)
            post.image_decorative = True
            post.save()
        elif how == "another file" and post.featured_image_id:
            Image.objects.filter(pk=post.featured_image_id).update(version=str(self.steps))
        elif how == "copy":
            begin_post(post.author, title=f"Begun {self.word(-1)}")
            private = True
        elif how == "reads":
            PostReads.objects.update_or_create(post=post, day=self.moment().date(), defaults={"number": self.steps})
            private = True
        self.changed(private=private, before=before)

    def publish(self, at: int, how: str, seconds: float) -> None:
        self.steps += 1
        if how == "restore":
            if post := Post.trash.order_by("pk").first():
                post.restore()
        elif (post := self.some_post(at)) is None:
            return
        elif how == "publish":
            post.publish(self.moment() + timedelta(seconds=seconds) if seconds else None)
        elif how == "unpublish":
            post.unpublish()
        elif how == "delete":
            Post.objects.filter(pk=post.pk).update(deleted_at=self.moment())
        self.changed()

    def person(self, who: int, how: str) -> None:
        self.steps += 1
        users, before = User.objects.filter(pk=self.people[who].pk), generation()
        if how == "name":
            users.update(display_name=f"Person {self.word(0)}")
        elif how == "bio":
            users.update(bio=f"Bio {self.word(0)}")
        elif how == "face":
            users.update(avatar=make_image(self.people[who]))
        else:
            users.update(last_login=self.moment(), time_zone="Asia/Tokyo")
        self.changed(private=how == "login", before=before)
