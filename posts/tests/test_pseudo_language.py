"""Every page in a language that marks its messages: what stands outside of the marks is what people wrote."""

import re
import uuid

from django.test import tag
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from core.testing.cases import ViewTestCase
from core.testing.pseudo import Outside, pseudo_language
from posts.models import DraftLink, WorkingCopy
from posts.tests.factory import make_image, make_post

# What people wrote, and names that are the same in every language.
DATA = re.compile(
    r"Zzz[\w .]*|\b(?:ada|ben|cleo|Galley|zzz\w*|galley|localhost|http|fake|local|UTC|GMT|RSS|Atom|JSON|px)\b"
    r"|[\w/]+/[\w./]+|[\w.]+@[\w.]+"
)
LETTERS = re.compile(r"[^\W\d_]{2,}")
NOT_A_PAGE = {"admin", "healthz", "feed", "sitemap", "robots", "social", "image_"}


def names(resolver: URLResolver) -> list[str]:
    found = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern) and entry.callback.__module__.startswith(("core.", "accounts.", "posts.")):
            found.append(entry.name)
        elif isinstance(entry, URLResolver):
            found += names(entry)
    return [name for name in dict.fromkeys(found) if name and not any(part in name for part in NOT_A_PAGE)]


@tag("slow")
class PseudoLanguageTests(ViewTestCase):
    def setUp(self):
        super().setUp()
        self.ada.is_staff, self.ada.bio = True, "Zzzbio."
        self.ada.save()
        self.image = make_image(self.ada, name="Zzz.jpg", alt="Zzzalt")
        fields = {"title": "Zzztitle", "excerpt": "Zzzexcerpt", "content": "Zzzone.\n\n## Zzztwo\n\nZzz.\n\n" * 9}
        self.post = make_post(self.ada, tags=("Zzztag",), featured_image=self.image, **fields)
        for number in range(3):
            self.post.content = f"Zzztext {'zzz ' * number}\n\n" + fields["content"]
            self.post.save()
        make_post(self.ada, title="Zzzlater", state="scheduled", content="Zzz.", tags=("Zzztag",))
        self.draft = make_post(self.ada, title="Zzzdraft", state="draft", content="Zzz.")
        trashed = make_post(self.ada, title="Zzzgone", content="Zzz.")
        trashed.discard()
        typed = {"title": "Zzztyped", "content": "Zzztyped."}
        self.copy = WorkingCopy.objects.keep(
            author=self.ada, post=self.post, token=uuid.uuid4(), version=self.post.version, typed=typed
        )
        self.link = DraftLink.objects.make(self.draft, days=7)

    def address(self, name):
        """Of the page called so, with what there is to be shown."""
        now, revision = timezone.now(), self.post.revisions.first()
        known = {
            "slug": "zzztag" if name.startswith("tag_") else self.post.slug,
            "username": "ada",
            "year": now.year,
            "month": now.month,
            "day": now.day,
            "token": self.link.token,
            "uidb64": "MQ",
            "name": "title",
            "part": "posts",
            "pk": {"working": self.copy.pk, "revision": revision.pk, "draft": self.link.pk, "post": revision.pk}.get(
                name.split("_")[0], self.image.pk
            ),
        }
        for keys in get_resolver().reverse_dict.getlist(name):
            wanted = keys[0][0][1]
            if set(wanted) <= set(known):
                return reverse(name, kwargs={key: known[key] for key in wanted})
        raise NoReverseMatch(f"Say in `known` what the page {name} is to show.")

    def assertTold(self, client, url):
        """Everything that is read on the page is a message, or was written by somebody. Whether it is one at all."""
        response = client.get(url, headers={"Accept-Language": "de"})
        if not response.headers.get("Content-Type", "").startswith("text/html") or not response.content:
            return False
        with self.subTest(url=url, way=client.way):
            self.assertIn("⟦", response.text)
            left = [" ".join(DATA.sub(" ", words).split()) for words in Outside(response.text).found]
            self.assertEqual([words for words in left if LETTERS.search(words)], [])
        return True

    def test_every_page_and_partial(self):
        found = set()
        with pseudo_language():
            for name in names(get_resolver()):
                for user in (self.ada, None):
                    for client in self.clients(user):
                        if self.assertTold(client, self.address(name)):
                            found.add(name)
        self.assertGreater(len(found), 25)

    def test_pages_by_what_they_are_asked(self):
        my_posts, my_pictures = reverse("my_posts"), reverse("my_pictures")
        with pseudo_language():
            client = self.page(self.ada)
            for url in (
                *(f"{my_posts}?show={show}" for show in ("live", "scheduled", "drafts")),
                *(f"{my_posts}?q=zzznothing", f"{my_pictures}?q=zzznothing"),
                *(f"{my_pictures}?show={show}" for show in ("unused", "undescribed", "discarded")),
                f"{self.address('post_edit')}?copy={self.copy.pk}",
                reverse("post_detail", args=["zzznone"]),
                reverse("post_edit", args=[self.draft.slug]),
                reverse("draft_links", args=[self.draft.slug]),
            ):
                self.assertTrue(self.assertTold(client, url), url)
            self.assertTold(self.htmx(self.ada), f"{my_pictures}?pick=text")

    def test_refusals(self):
        with pseudo_language():
            for user, name in ((None, "signup"), (None, "login"), (None, "password_reset"), (self.ada, "profile"),
                               (self.ada, "password_change"), (self.ada, "post_create")):  # fmt: skip
                response = self.page(user).post(reverse(name), {"email": "zzz"}, headers={"Accept-Language": "de"})
                with self.subTest(name):
                    self.assertEqual(response.status_code, 422)
                    left = [" ".join(DATA.sub(" ", words).split()) for words in Outside(response.text).found]
                    self.assertEqual([words for words in left if LETTERS.search(words)], [])
