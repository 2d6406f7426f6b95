"""How often a post was read, for its author alone."""

from datetime import timedelta

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Reads
from posts.models.reads import today
from posts.tests.factory import make_post


class PostReadsTests(ViewTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.post = make_post(self.ada, title="Harbour")
        self.url = f"/posts/{self.post.slug}/reads/"

    @three_ways("ada")
    def test_shows_reads_per_day_drawn_and_in_a_table(self, client):
        for number, back in ((4, 0), (8, 29), (100, 30)):
            Reads.objects.add({self.post.pk: number}, today() - timedelta(days=back))
        response = client.get(self.url)
        self.assertAnswers(response, client, "posts/post_reads.html", "post-reads")
        self.assertEqual((response.context["span"].total, response.context["total"]), (12, 112))
        self.assertContains(response, "<rect", 2)
        self.assertContains(response, 'height="160.0"')
        self.assertContains(response, '<th scope="row">', 30)
        self.assertContains(response, "12 in all, 8 on the best day.")

    def test_as_many_days_as_are_asked_for(self):
        Reads.objects.add({self.post.pk: 1})
        for asked, days in (("7", 7), ("365", 365), ("8", 30), ("x", 30), ("9" * 30, 30), ("\0", 30)):
            with self.subTest(asked=asked):
                self.assertEqual(len(self.page(self.ada).get(self.url, {"days": asked}).context["rows"]), days)

    def test_numbers_of_the_drawing_are_written_for_machines_in_every_language(self):
        Reads.objects.add({self.post.pk: 3}, today() - timedelta(days=1))
        response = self.page(self.ada).get(self.url, headers={"Accept-Language": "de"})
        self.assertContains(response, 'width="19.2"')

    def test_nobody_yet_says_so_and_what_is_counted(self):
        response = self.page(self.ada).get(self.url)
        self.assertContains(response, "Nobody has read it yet")
        self.assertContains(response, "No cookie is set")

    def test_signed_out(self):
        self.assertNeedsSignIn(self.url)

    def test_other_author_and_no_post_get_404(self):
        self.assertHidden(self.url, self.ben)
        self.assertHidden("/posts/nothing/reads/", self.ada)

    def test_wrong_methods(self):
        self.assertRefuses(self.url, self.ada, "post", "delete")
