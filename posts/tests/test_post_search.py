"""Search: what is published is found by its words, and nothing else is, on either database."""

import io
import re
from datetime import timedelta
from unittest.mock import patch

from django.core.management import call_command
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import tag
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.testing.cases import ViewTestCase, three_ways
from posts import search
from posts.models import Post, SearchEntry, SearchWord, Tag
from posts.tests.factory import make_post, make_posts

URL = reverse("post_search")

# What is typed, and the keys of the posts that it finds, the best first; in sets, where any order will do.
FINDS = {
    "tide": ["tide", "tides", "tagged", "text"],  # in the title, as part of a word there, in tags, in the text
    "TIDE": ["tide", "tides", "tagged", "text"],
    "tides": ["tides", "tide", "tagged", "text"],  # one of several is found by several
    "tid": [{"tide", "tides", "tagged", "text"}],
    "estu*": ["estuary"],
    "estuary mud": ["estuary"],
    "mud estuary -rope": [],
    "-rope mud": [],
    '"goes out at noon"': ["text"],
    "“out goes”": [],
    "„goes out“": ["text"],
    "goes-out": ["text"],
    "fahre": ["german"],
    "FÄHRE": ["german"],
    "strasse": ["german"],
    "Istanbul": ["turkish"],
    "ışık isik": ["turkish"],
    "京": ["japanese"],
    "東京": ["japanese"],
    "東京都": ["japanese"],
    "京東": [],
    "さくら": ["japanese"],
    "학교": ["korean"],
    "ภาษา": ["thai"],
    "ខ្មែរ": ["khmer"],
    "ພາສາ": ["lao"],
    "မြန်": ["burmese"],
    "كتاب": ["arabic"],
    "كِتَاب": ["arabic"],
    "الى": ["arabic"],
    "שלום": ["hebrew"],
    "שָׁלוֹם": ["hebrew"],
    "हिन्दी": ["hindi"],
    "42": ["turkish"],
    "cafe": ["french"],
    "l'eau": ["french"],
    "eau": ["french"],
    "snake_case": ["code"],
    "case": ["code"],
    "link.example": [],  # an address is not read
    "behind": ["code"],
}
POSTS = {
    "tides": {"title": "Of tides", "content": "High water."},
    "text": {"title": "Noon", "content": "The tide *goes* **out** at noon."},
    "tagged": {"title": "Low water", "content": "Nothing else.", "tags": ("tide",)},
    "tide": {"title": "A tide table", "content": "Numbers in columns."},
    "estuary": {"title": "Estuary", "content": "Mud and rope."},
    "german": {"title": "Die Fähre", "content": "Straße am Wasser"},
    "turkish": {"title": "İstanbul", "content": "ışık ٤٢"},
    "japanese": {"title": "東京都に住む", "content": "さくらが咲く。"},
    "korean": {"title": "대학교에서", "content": "공부"},
    "thai": {"title": "ภาษาไทยง่าย", "content": "น้ำ"},
    "khmer": {"title": "ភាសាខ្មែរ", "content": "ទឹក"},
    "lao": {"title": "ພາສາລາວ", "content": "ນ້ຳ"},
    "burmese": {"title": "မြန်မာစာ", "content": "ရေ"},
    "arabic": {"title": "كِتابٌ جديد", "content": "إلى البحـــر"},
    "hebrew": {"title": "שָׁלוֹם", "content": "מים"},
    "hindi": {"title": "हिन्दी", "content": "पानी"},
    "french": {"title": "Café", "content": "De l’eau fraîche"},
    "code": {"title": "Names", "content": "`snake_case` and [behind](https://link.example/)"},
}


def titles(response: HttpResponse) -> list[str]:
    return [result.post.title for result in response.context["results"]]


class PostSearchTests(ViewTestCase):
    def made(self, state: str = "live", tags: tuple[str, ...] = (), **fields: object) -> Post:
        """A post that was written in the form."""
        return make_post(self.ada, state=state, **fields).revise(tags=tags)

    def found(self, typed: str, **query: str) -> list[str]:
        return titles(self.page().get(URL, {"q": typed, **query}))

    def test_finds_the_same_in_the_same_order_on_both_databases(self):
        keys = {self.made(**fields).title: key for key, fields in POSTS.items()}
        for typed, expected in FINDS.items():
            response = self.page().get(URL, {"q": typed, "exactly": "1"})
            found = [keys[title] for title in titles(response)] if response.context["found"].kind == "all" else []
            with self.subTest(typed=typed):
                self.assertEqual([set(found)] if expected and isinstance(expected[0], set) else found, expected)

    @three_ways()
    def test_marks_what_it_found_in_title_and_text(self, client):
        self.made(title="The low tide", content="We saw a tide\n\n## Tides\n\nand *ti*de & co.", tags=("coast",))
        response = client.get(URL, {"q": "tide"})
        self.assertAnswers(response, client, "posts/post_search.html", "post-search")
        self.assertContains(response, "The low <mark>tide</mark></a>")
        marked = "We saw a <mark>tide</mark> <mark>Tides</mark> and <mark>tide</mark> &amp; co."
        self.assertContains(response, marked)
        self.assertContains(response, 'href="/tags/coast/"')
        self.assertContains(response, "1 post<")
        self.assertContains(response, "<title>“tide” · Search · Galley</title>")

    @three_ways("ada")
    def test_says_what_can_be_typed_before_anything_is(self, client):
        self.made(tags=("coast",))
        response = client.get(URL)
        self.assertAnswers(response, client, "posts/post_search.html", "post-search")
        self.assertContains(response, "What are you looking for?")
        self.assertContains(response, 'href="/tags/coast/"')
        self.assertContains(self.page().get(URL), " autofocus>")
        self.assertNotContains(self.page().get(URL, {"q": "a"}), "autofocus")

    def test_is_kept_by_caches_but_by_no_search_engine(self):
        response = self.page().get(URL, {"q": "tide"})
        self.assertIn("public", response.headers["Cache-Control"])
        self.assertContains(response, '<meta name="robots" content="noindex">')
        self.assertNotContains(response, "csrf")
        self.assertFalse(response.cookies)

    def test_what_somebody_wrote_is_text_and_not_markup(self):
        self.made(title="<script>alert(1)</script>", content="`<b onclick=x>` alert &lt;i&gt; <img src=x>")
        response = self.page().get(URL, {"q": "alert"})
        self.assertContains(response, "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;")
        self.assertContains(response, "&lt;b onclick=x&gt; <mark>alert</mark> &lt;i&gt; &lt;img src=x&gt;")
        response = self.page().get(URL, {"q": '"><script>alert</script>'})
        self.assertNotContains(response, '"><script>')

    def test_only_what_is_public_is_found_or_proposed(self):
        secret = {"title": "Zanzibar", "content": "Zanzibar"}
        post, draft = self.made(**secret), self.made("draft", **secret)
        scheduled = self.made("scheduled", **secret)
        for typed in ("zanzibar", "zanzibra"):
            self.assertEqual(len(self.found(typed)), 1, typed)
        with transaction.atomic():
            Post.objects.filter(pk=draft.pk).update(published_at=timezone.now())
            Post.objects.filter(pk=scheduled.pk).update(published_at=timezone.now() - timedelta(days=1))
            self.assertEqual(len(self.found("zanzibar")), 3)
            transaction.set_rollback(True)
        post.discard()
        for typed in ("zanzibar", "zanzibra", "zanz"):
            response = self.page(self.ada).get(URL, {"q": typed})
            self.assertContains(response, f"Nothing found for “{typed}”")
            if typed != "zanzibar":
                self.assertNotIn("zanzibar", response.text.lower())
        post.restore()
        self.assertEqual(len(self.found("zanzibar")), 1)
        post.unpublish()
        self.assertEqual(self.found("zanzibar"), [])
        Post.objects.get(pk=post.pk).delete()
        self.assertFalse(SearchEntry.objects.filter(post=post.pk))

    def test_finds_what_a_post_says_now(self):
        post = self.made(title="Ferry", content="Mud")
        post.title, post.content = "Bridge", "Stone"
        post = post.revise(tags=["coast"])
        self.assertEqual([self.found(word) for word in ("ferry", "mud")], [[], []])
        for word in ("bridge", "stone", "coast"):
            self.assertEqual(self.found(word), ["Bridge"])
        post.title = "Tunnel"
        post.save(update_fields=["title"])
        self.assertEqual(self.found("tunnel"), ["Tunnel"])

    @tag("slow")
    def test_newer_of_two_equals_stands_first(self):
        for days in (3, 1, 2):
            self.made(title="Tide", slug=f"d{days}", published_at=timezone.now() - timedelta(days=days))
        response = self.page().get(URL, {"q": "tide"})
        self.assertEqual([result.post.slug for result in response.context["results"]], ["d1", "d2", "d3"])

    @tag("slow")
    def test_misspelt_word_is_corrected_in_at_most_six_queries(self):
        self.made(title="The Éstuary", content="Mud")
        with CaptureQueriesContext(connection) as queries:
            response = self.page().get(URL, {"q": "estuery mud"})
        self.assertLessEqual(len(queries), 6)
        self.assertContains(response, "Nothing for “estuery mud”. Showing results for “éstuary mud”.")
        partial = self.htmx().get(URL, {"q": "estuery mud"})
        self.assertContains(partial, "Showing results for “éstuary mud”.", 2)  # shown and said
        self.assertContains(response, 'href="?q=estuery+mud&amp;exactly=1"')
        self.assertContains(response, "<mark>Éstuary</mark>")
        self.assertEqual(self.found("estuery", exactly="1"), [])
        for typed in ("setuary", "estuaary", "estury", "eestuary"):
            self.assertEqual(self.found(typed), ["The Éstuary"], typed)
        for typed in ("harbour", "est3ery", "“estuery”", "mdu"):
            self.assertEqual(self.found(typed), [], typed)

    def test_word_that_only_a_draft_has_is_corrected_as_one_that_nobody_wrote(self):
        self.made(title="The estuary of the river")
        make_post(self.ada, state="draft", title="Estuery", content="Rivver")
        for typed in ("estuery", "estuery rivver", "estuery of"):
            self.assertEqual(self.found(typed), ["The estuary of the river"], typed)
        self.assertEqual(self.found("estuery", exactly="1"), [])

    def test_says_so_where_no_post_has_all_words(self):
        self.made(title="Tide")
        self.made(title="Estuary")
        response = self.page().get(URL, {"q": "tide estuary harbour"})
        self.assertContains(response, "No post has all of these words. These have some of them.")
        self.assertEqual(set(titles(response)), {"Tide", "Estuary"})

    def test_ten_a_page_with_addresses_of_their_own(self):
        for number in range(12):
            self.made(title=f"Tide {number}")
        first = self.page().get(URL, {"q": "tide"})
        self.assertEqual(len(titles(first)), 10)
        self.assertContains(first, 'href="?q=tide&amp;page=2"')
        self.assertContains(first, "12 posts")
        second = self.page().get(URL, {"q": "tide", "page": "2"})
        self.assertEqual(len({*titles(first), *titles(second)}), 12)
        for page in ("99", "x", "-1", "9" * 5000):
            self.assertTrue(self.found("tide", page=page), page[:5])

    def test_whatever_is_typed_is_answered_by_a_sentence(self):
        self.made(title="Tide")
        for typed, said in (
            ("...", "has no word in it"),
            ('"', "has no word in it"),
            ("\0 \x7f", "What are you looking for?"),
            ("-tide", "Only words to leave out"),
            ("tide" * 2500, "Nothing found for"),
            ("tide " * 2500, "only its beginning was looked for"),
            ("tide\0", "1 post<"),
            ('tide AND (NEAR) {title}: ^ * "', "some of them"),
            ("tide' | !'x\\ :*", "some of them"),
            ("the of and", "Nothing found for"),
            ("%s %(q)s tide", "some of them"),
        ):
            with self.subTest(typed=typed[:20]):
                self.assertContains(self.page().get(URL, {"q": typed}), said)
        self.assertEqual(self.page().get(f"{URL}?q=%ed%a0%80%ff%00&page=%00").status_code, 200)

    def test_tells_who_does_not_see_how_many_there_are(self):
        self.made(title="Tide")
        region = '<hx-partial hx-target="#post-search-found" hx-swap="innerHTML">{}</hx-partial>'
        self.assertContains(self.htmx().get(URL, {"q": "tide"}), region.format("1 post"))
        self.assertContains(self.htmx().get(URL, {"q": "zzz"}), region.format("Nothing found"))
        self.assertContains(self.htmx().get(URL), region.format(""))
        for typed, said in (
            ("!!!", "“!!!” has no word in it"),
            ("-tide", "Only words to leave out"),
            ("tide zzz", "No post has all of these words. These have some of them. 1 post"),
            ("tide " * 400, "That was long: only its beginning was looked for. 1 post"),
        ):
            with self.subTest(typed[:20]):
                text = " ".join(self.htmx().get(URL, {"q": typed}).text.split())
                self.assertRegex(text, region.format(rf"{re.escape(said)}\s*"))
        self.assertContains(self.page().get(URL), 'id="post-search-found" role="status"')

    @tag("slow")
    def test_index_is_made_anew_after_rows_were_written_past_it(self):
        make_posts(self.ada, 2, title="Tide pools")
        self.made("draft", title="Kept")
        SearchWord.objects.create(word="orphan", backwards="nahpro")
        self.assertEqual(self.found("pools"), [])
        out = io.StringIO()
        call_command("posts_index", stdout=out)
        self.assertEqual(out.getvalue(), "3 posts indexed, 1 word forgotten.\n")
        self.assertEqual(self.found("pools"), ["Tide pools"] * 2)
        self.assertEqual(self.found("poosl"), ["Tide pools"] * 2)

    @tag("slow")
    def test_a_word_that_somebody_writes_while_it_is_forgotten_stays(self):
        self.made(title="Tide")
        SearchWord.objects.create(word="orphan", backwards="nahpro")

        index, post = search.index, Post.objects.get()

        def index_then_write(*words: object) -> set[str]:
            found = index(*words)
            if post.title == "Tide":
                post.title = "Orphan"
                post.revise()
            return found

        with patch.object(search, "index", index_then_write):
            call_command("posts_index", stdout=io.StringIO())
        self.assertEqual(self.found("orpham"), ["Orphan"])

    @tag("slow")
    def test_post_is_found_by_the_new_name_of_its_tag(self):
        self.made(title="Tide", tags=("coast",))
        coast = Tag.objects.get(name="coast")
        self.ada.is_staff = self.ada.is_superuser = True
        self.ada.save()
        change = reverse("admin:posts_tag_change", args=[coast.pk])
        response = self.page(self.ada).post(change, {"name": "shore", "slug": "shore"})
        self.assertEqual(response.status_code, 302)
        self.assertEqual([self.found("shore"), self.found("coast")], [["Tide"], []])

    def test_same_words_are_not_written_twice(self):
        post = self.made(title="Tide")
        with CaptureQueriesContext(connection) as queries:
            post.unpublish()
        written = [query["sql"] for query in queries if "posts_search" in query["sql"]]
        self.assertEqual(len(written), 1)

    @tag("slow")
    def test_longest_text_is_found_by_its_words_and_costs_little(self):
        words = " ".join(f"w{number}ord" for number in range(90_000))[:1_000_000]
        self.made(title="Long", content=words)
        self.assertEqual(self.found("w7ord"), ["Long"])

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "post", "put", "delete")
