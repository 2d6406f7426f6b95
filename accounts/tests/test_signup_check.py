"""One field of the sign-up form, checked while it is filled in."""

from django.test import tag
from django.urls import reverse

from accounts.models import User
from accounts.tests.hashing import CountingHasher, counting_hashes
from core.testing.cases import PASSWORD, ViewTestCase, three_ways

FIELD = "partials/field.html"


def url(name: str) -> str:
    return reverse("signup_check", args=[name])


class SignupCheckTests(ViewTestCase):
    def check(self, client, name, **typed):
        return client.post(url(name), typed)

    @three_ways()
    def test_field_that_is_right(self, client):
        response = self.check(client, "username", username="eva")
        self.assertAnswers(response, client, "accounts/signup.html", FIELD, 200, top="field-username")
        self.assertContains(response, 'value="eva"')

    @three_ways()
    def test_name_taken(self, client):
        response = self.check(client, "username", username="Ada")
        self.assertAnswers(response, client, "accounts/signup.html", FIELD, 422, top="field-username")
        self.assertContains(response, "This name is taken.", status_code=422)
        self.assertContains(response, 'aria-invalid="true"', status_code=422)

    @tag("slow")
    @three_ways()
    def test_too_weak_and_too_different_each_beside_its_field(self, client):
        typed = {"username": "eva", "password1": "12345678", "password2": "1234"}
        response = self.check(client, "password1", **typed)
        self.assertAnswers(response, client, "accounts/signup.html", FIELD, 422, top="field-password1")
        self.assertContains(response, "entirely numeric", status_code=422)
        response = self.check(client, "password2", **typed)
        self.assertAnswers(response, client, "accounts/signup.html", FIELD, 422, top="field-password2")
        self.assertContains(response, "The two passwords differ.", status_code=422)

    def test_another_fields_error_is_left_for_later(self):
        response = self.check(self.htmx(), "password1", username="", password1=PASSWORD, password2="")
        self.assertPartial(response, FIELD, top="field-password1")
        self.assertNotContains(response, "errorlist")

    @tag("slow")
    def test_never_shows_a_password_and_never_takes_the_focus(self):
        for name in ("username", "password1", "password2", "email"):
            response = self.check(self.htmx(), name, username="eva", password1=PASSWORD, password2="differs-1")
            self.assertNotIn(PASSWORD, response.text)
            self.assertNotIn("differs-1", response.text)
            self.assertNotIn("autofocus", response.text)

    @tag("slow")
    def test_a_wrong_field_goes_on_checking_while_it_is_typed_in(self):
        self.assertContains(self.check(self.htmx(), "username", username="ada"), "input changed", status_code=422)
        self.assertNotContains(self.check(self.htmx(), "username", username="eva"), "input changed")

    @counting_hashes
    def test_makes_nobody_and_hashes_nothing(self):
        CountingHasher.count = 0
        self.check(self.htmx(), "username", username="eva", password1=PASSWORD, password2=PASSWORD)
        self.assertEqual(CountingHasher.count, 0)
        self.assertFalse(User.objects.filter(username="eva").exists())

    def test_field_that_is_none(self):
        self.assertEqual(self.check(self.htmx(), "is_staff").status_code, 404)

    def test_post_only(self):
        self.assertRefuses(url("username"), None, "get", "head", "put")
