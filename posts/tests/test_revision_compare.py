"""Any two versions of a post, word by word."""

from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Post, Revision, WorkingCopy
from posts.tests.factory import make_image, make_post


def url(post: Post, old: object = "", new: object = "") -> str:
    return f"{reverse('revision_compare', args=[post.slug])}?from={old}&to={new}"


class RevisionCompareTests(ViewTestCase):
    def two(self, old: str, new: str, **fields: object) -> tuple[Post, Revision, Revision]:
        post = make_post(self.ada, title="Tides", content=old)
        for name, value in (fields | {"content": new}).items():
            setattr(post, name, value)
        post = post.revise(tags=["coast"])
        return post, *post.revisions.order_by("number")

    @tag("slow")
    @three_ways("ada")
    def test_marks_what_has_changed_in_signs_and_in_words(self, client):
        post, old, new = self.two("The old <b>pier</b>.", "The new <b>pier</b>.", title="Ebbs")
        response = client.get(url(post, old.pk, new.pk))
        self.assertAnswers(response, client, "posts/revision_compare.html", "revision-compare")
        hidden = '<span class="visually-hidden" dir="ltr">'
        added, removed, end = (f"{hidden}[added: ", f"{hidden}[removed: ", f"{hidden}]</span>")
        text = f"The <del>{removed}</span>old {end}</del><ins>{added}</span>new {end}</ins>&lt;b&gt;pier&lt;/b&gt;."
        self.assertContains(response, text)
        self.assertEqual([label for label, _ in response.context["fields"]], ["Title", "Tags"])

    def test_every_field_beside_the_text_is_listed_where_it_differs(self):
        picture = make_image(self.ada, name="sea.jpg")
        post, old, new = self.two(
            "Text.", "Text.", excerpt="Short", slug="ebbs", featured_image=picture, published_at=None
        )
        response = self.page(self.ada).get(url(post, old.pk, new.pk))
        self.assertEqual(
            [label for label, _ in response.context["fields"]], ["Excerpt", "Tags", "Address", "Picture", "Publishing"]
        )
        self.assertContains(response, "The text is the same")
        self.assertContains(response, "sea.jpg")

    def test_a_text_kept_beside_the_saves_compares_as_any_other(self):
        post = make_post(self.ada, content="What is saved.")
        typed = {"title": post.title, "content": "What was typed."}
        kept = WorkingCopy.objects.keep(author=self.ada, post=post, token=None, version=1, typed=typed).discard()
        response = self.page(self.ada).get(url(post, post.revisions.get(number=1).pk, kept.pk))
        self.assertContains(response, "was typed<span")

    @tag("slow")
    def test_what_is_too_much_for_word_by_word_says_so(self):
        post, old, new = self.two("a " * 40_000, "b " * 40_000)
        self.assertContains(self.page(self.ada).get(url(post, old.pk, new.pk)), "Too much has changed here", 1)

    @tag("slow")
    @three_ways("ada")
    def test_nonsense_asks_for_two(self, client):
        post = make_post(self.ada)
        for old, new in [("", ""), ("x", "1"), ("-1", "²"), ("1", "9" * 40), ("%00", "1")]:
            with self.subTest(old=old):
                response = client.get(url(post, old, new))
                self.assertAnswers(response, client, "posts/revision_compare.html", "revision-compare")
                self.assertContains(response, "Choose two versions")
        pk = post.revisions.get().pk
        self.assertContains(client.get(url(post, pk, pk)), "nothing to compare")

    @tag("slow")
    def test_what_is_no_version_of_this_post_is_not_there(self):
        post, other = make_post(self.ada), make_post(self.ada)
        mine, its = post.revisions.get().pk, other.revisions.get().pk
        for old, new in [(mine, its), (its, mine), (mine, 9**9)]:
            self.assertEqual(self.page(self.ada).get(url(post, old, new)).status_code, 404)

    @tag("slow")
    def test_it_is_the_authors_alone(self):
        post = make_post(self.ada)
        pk = post.revisions.get().pk
        self.assertHidden(url(post, pk, pk), self.ben, self.cleo)
        self.assertHidden(url(make_post(self.ben), pk, pk), self.ben)

    def test_signed_out(self):
        self.assertNeedsSignIn(reverse("revision_compare", args=[make_post(self.ada).slug]))

    def test_wrong_methods(self):
        self.assertRefuses(url(make_post(self.ada)), self.ada, "post", "delete")
