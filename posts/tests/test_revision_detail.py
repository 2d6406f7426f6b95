"""One version of a post: what it was, and what had changed."""

from django.urls import reverse

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Post, Revision
from posts.tests.factory import make_post


def url(revision: Revision, post: Post | None = None) -> str:
    return reverse("revision_detail", args=[(post or revision.post).slug, revision.pk])


class RevisionDetailTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.post = make_post(cls.ada, title="Tides", content="The *first* text.\n\nAnd its end.")
        cls.post.content = "The *second* text.\n\nAnd its end."
        cls.post = cls.post.revise(by=cls.ben)
        cls.second, cls.first = cls.post.revisions.newest_first()

    @three_ways("ada")
    def test_has_the_text_as_prose_as_source_and_what_had_changed(self, client):
        response = client.get(url(self.second))
        self.assertAnswers(response, client, "posts/revision_detail.html", "revision")
        self.assertContains(response, "<em>second</em>")
        self.assertContains(response, self.second.content)
        self.assertContains(response, "[removed: ")
        self.assertContains(response, url(self.first))
        self.assertContains(response, ">Current<")

    def test_offers_all_that_can_be_done_with_it(self):
        response = self.page(self.ada).get(url(self.first))
        for name in ("revision_restore", "revision_open", "revision_name"):
            self.assertContains(response, f'action="{reverse(name, args=[self.post.slug, self.first.pk])}"', 1)
        self.assertContains(response, f"?from={self.first.pk}&amp;to={self.second.pk}")
        self.assertNotContains(response, "What had changed")

    def test_the_current_one_has_nothing_to_restore(self):
        response = self.page(self.ada).get(url(self.second))
        self.assertNotContains(response, reverse("revision_restore", args=[self.post.slug, self.second.pk]))

    def test_a_text_kept_beside_the_saves_is_held_against_what_its_writer_saw(self):
        mine = Revision.of(self.post)
        mine.content = "The *third* text."
        kept = self.post.keep(mine, by=self.ada, reason=Revision.Reason.DISCARDED, began_from=1)
        response = self.page(self.ada).get(url(kept))
        self.assertEqual(response.context["before"], self.first)
        self.assertContains(response, "never the post")

    def test_a_foreign_pk_under_ones_own_address_is_not_there(self):
        self.assertHidden(url(self.first, make_post(self.ada)), self.ada)
        self.assertHidden(url(self.first, make_post(self.ben)), self.ben)

    def test_it_is_the_authors_alone(self):
        self.assertHidden(url(self.first), self.ben, self.cleo)

    def test_what_is_in_the_trash_has_no_history(self):
        self.post.discard()
        self.assertHidden(url(self.first), self.ada)

    def test_signed_out(self):
        self.assertNeedsSignIn(url(self.first))

    def test_wrong_methods(self):
        self.assertRefuses(url(self.first), self.ada, "post", "delete")
