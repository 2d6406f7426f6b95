"""The author says something of a change, or keeps its words from readers."""

from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways
from core.testing.forms import form_on
from posts.models import Revision
from posts.tests.factory import make_post
from posts.tests.test_post_changes import changed


def url_of(change: Revision) -> str:
    return reverse("post_change_edit", args=[change.post.slug, change.pk])


class PostChangeEditTests(ViewTestCase):
    @both_ways("ada")
    def test_form_that_was_opened_under_a_former_address_is_saved(self, client):
        post = make_post(self.ada, slug="old")
        (change,) = changed(post, "Other.")
        url = reverse("post_change_edit", args=["old", change.pk])
        post.slug = "new"
        post.save()
        response = client.post(url, {"correction": "The date."})
        if client.way == "partial":
            self.assertEqual(response.status_code, 200)
        else:
            self.assertRedirects(response, reverse("post_change", args=["new", change.pk]))
        change.refresh_from_db()
        self.assertEqual(change.correction, "The date.")

    @both_ways("ada")
    def test_correction_stands_under_the_post(self, client):
        post = make_post(self.ada, content="Forty.")
        (change,) = changed(post, "Fifty.")
        response = client.post(url_of(change), {"correction": "It is fifty.\r\nNot <forty>."})
        if client.way == "partial":
            self.assertAnswers(response, client, "posts/post_change.html", "post-change")
        else:
            self.assertWentTo(response, client, reverse("post_change", args=[post.slug, change.pk]))
        read = self.page().get(post.get_absolute_url())
        self.assertContains(read, "It is fifty.<br>Not &lt;forty&gt;.")
        self.assertContains(read, "Changed on")

    @both_ways("ada")
    def test_words_are_withheld_and_shown_again(self, client):
        (change,) = changed(make_post(self.ada, content="Secret."), "Open.")
        client.post(url_of(change), {"withhold_before": "on"})
        change.refresh_from_db()
        self.assertEqual((change.seen_before.is_withheld, change.is_withheld), (True, False))
        client.post(url_of(change), {"withhold_after": "on"})
        change.refresh_from_db()
        self.assertEqual((change.seen_before.is_withheld, change.is_withheld), (False, True))

    @both_ways("ada")
    def test_too_long_a_correction_stays_as_it_was_typed(self, client):
        (change,) = changed(make_post(self.ada), "Other.")
        for wrong in ("a" * 501, "zero\0byte"):
            response = client.post(url_of(change), {"correction": wrong, "withhold_before": "on"})
            self.assertAnswers(response, client, "posts/post_change.html", "post-change", 422)
            self.assertContains(response, 'class="errorlist"', status_code=422)
        self.assertContains(client.post(url_of(change), {"correction": "a" * 501}), "a" * 501, status_code=422)
        change.refresh_from_db()
        self.assertEqual((change.correction, change.seen_before.is_withheld), ("", False))

    def test_round_trip_of_the_form_without_javascript(self):
        (change,) = changed(make_post(self.ada), "Other.")
        change.annotate("One.", withhold_before=True, withhold_after=False)
        form = form_on(
            self.page(self.ada).get(reverse("post_change", args=[change.post.slug, change.pk])), "change-form"
        )
        self.assertEqual((form["data"]["correction"], form["data"]["withhold_before"]), ("One.", "on"))
        self.page(self.ada).post(form["action"], form["data"] | {"correction": "Two."})
        change.refresh_from_db()
        self.assertEqual((change.correction, change.seen_before.is_withheld), ("Two.", True))

    def test_others_and_the_signed_out(self):
        (change,) = changed(make_post(self.ada), "Other.")
        self.assertNeedsSignIn(url_of(change), "post")
        self.assertHidden(url_of(change), self.ben, methods=("post",))
        self.assertRefuses(url_of(change), self.ada, "get", "delete")
