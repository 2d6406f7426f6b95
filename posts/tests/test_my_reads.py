"""How often one's own posts were read, all of them together."""

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Reads
from posts.tests.factory import make_post

URL = "/me/reads/"


class MyReadsTests(ViewTestCase):
    @three_ways("ada")
    def test_adds_up_ones_own_and_no_others(self, client):
        Reads.objects.add({make_post(self.ada).pk: 2, make_post(self.ada).pk: 3, make_post(self.ben).pk: 90})
        response = client.get(URL)
        self.assertAnswers(response, client, "posts/post_reads.html", "post-reads")
        self.assertEqual((response.context["total"], response.context["span"].best[1]), (5, 5))

    def test_signed_out(self):
        self.assertNeedsSignIn(URL)

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "post", "delete")
