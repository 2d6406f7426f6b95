"""One field of the profile, checked while it is filled in."""

from django.urls import reverse

from accounts.models import User
from core.testing.cases import ViewTestCase, both_ways

FIELD = "partials/field.html"


def url(name: str) -> str:
    return reverse("profile_check", args=[name])


class ProfileCheckTests(ViewTestCase):
    @both_ways("ada")
    def test_field_that_is_right(self, client):
        response = client.post(url("bio"), {"bio": "Letters.", "email": "wrong, but not asked for"})
        self.assertAnswers(response, client, "accounts/profile.html", FIELD, 200, top="field-bio")
        self.assertContains(response, "Letters.")

    @both_ways("ada")
    def test_field_that_is_wrong(self, client):
        response = client.post(url("email"), {"email": "nowhere"})
        self.assertAnswers(response, client, "accounts/profile.html", FIELD, 422, top="field-email")
        self.assertFormError(response.context["form"], "email", "Enter a valid email address.")

    def test_saves_nothing(self):
        self.htmx(self.ada).post(url("bio"), {"bio": "Letters."})
        self.assertEqual(User.objects.get(pk=self.ada.pk).bio, "")

    def test_files_and_what_is_no_field(self):
        for name in ("avatar", "username", "password"):
            self.assertEqual(self.htmx(self.ada).post(url(name)).status_code, 404)

    def test_signed_out(self):
        self.assertNeedsSignIn(url("bio"), "post")

    def test_post_only(self):
        self.assertRefuses(url("bio"), self.ada, "get", "head", "put")
