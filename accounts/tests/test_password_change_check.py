"""One field of the password form, checked while it is filled in."""

from django.urls import reverse

from accounts.models import Attempt
from accounts.tests.hashing import CountingHasher, counting_hashes
from core.testing.cases import PASSWORD, ViewTestCase, both_ways

FIELD, TEMPLATE = "partials/field.html", "accounts/password_change.html"


def url(name: str) -> str:
    return reverse("password_change_check", args=[name])


class PasswordChangeCheckTests(ViewTestCase):
    @both_ways("ada")
    def test_field_that_is_right(self, client):
        response = client.post(url("new_password1"), {"new_password1": PASSWORD})
        self.assertAnswers(response, client, TEMPLATE, FIELD, 200, top="field-new_password1")
        self.assertNotContains(response, PASSWORD)

    @both_ways("ada")
    def test_each_error_beside_its_field(self, client):
        typed = {"new_password1": "ada@example.org", "new_password2": "another"}
        response = client.post(url("new_password1"), typed)
        self.assertAnswers(response, client, TEMPLATE, FIELD, 422, top="field-new_password1")
        self.assertContains(response, "too similar", status_code=422)
        response = client.post(url("new_password2"), typed)
        self.assertAnswers(response, client, TEMPLATE, FIELD, 422, top="field-new_password2")
        self.assertContains(response, "The two passwords differ.", status_code=422)

    @counting_hashes
    def test_is_no_way_to_guess_the_old_password(self):
        CountingHasher.count = 0
        right = self.htmx(self.ada).post(url("old_password"), {"old_password": PASSWORD})
        wrong = self.htmx(self.ada).post(url("old_password"), {"old_password": "not-this-1"})
        self.assertEqual((right.status_code, right.text), (wrong.status_code, wrong.text))
        self.assertEqual(CountingHasher.count, 0)
        self.assertFalse(Attempt.objects.exists())

    def test_field_that_is_none(self):
        self.assertEqual(self.htmx(self.ada).post(url("username")).status_code, 404)

    def test_signed_out(self):
        self.assertNeedsSignIn(url("new_password1"), "post")

    def test_post_only(self):
        self.assertRefuses(url("new_password1"), self.ada, "get", "head", "put")
