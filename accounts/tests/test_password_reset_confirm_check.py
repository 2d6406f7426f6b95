"""One field of the form behind the link, checked while it is filled in."""

from django.test import tag
from django.urls import reverse

from accounts.models import User
from accounts.tests.test_password_reset_confirm import NEW, PARTIAL, TEMPLATE, behind, link
from core.testing.cases import PASSWORD, ViewTestCase, both_ways

FIELD = "partials/field.html"


def url(user: User, name: str) -> str:
    return f"{behind(user)}check/{name}/"


class PasswordResetConfirmCheckTests(ViewTestCase):
    @both_ways()
    def test_field_that_is_right(self, client):
        client.get(link(self.ada))
        response = client.post(url(self.ada, "new_password1"), {"new_password1": NEW})
        self.assertAnswers(response, client, TEMPLATE, FIELD, 200, top="field-new_password1")
        self.assertTrue(User.objects.get(pk=self.ada.pk).check_password(PASSWORD), "nothing is set")

    @tag("slow")
    @both_ways()
    def test_each_error_beside_its_field(self, client):
        client.get(link(self.ada))
        for name, reason in (("new_password1", "too similar"), ("new_password2", "The two passwords differ.")):
            response = client.post(url(self.ada, name), {"new_password1": "ada@example.org", "new_password2": "x"})
            self.assertAnswers(response, client, TEMPLATE, FIELD, 422, top=f"field-{name}")
            self.assertContains(response, reason, status_code=422)
            self.assertContains(response, f'hx-post="{url(self.ada, name)}"', status_code=422)

    @both_ways()
    def test_without_a_link(self, client):
        response = client.post(url(self.ada, "new_password1"), {"new_password1": NEW})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 410)

    def test_field_that_is_none(self):
        client = self.htmx()
        client.get(link(self.ada))
        self.assertEqual(client.post(url(self.ada, "username")).status_code, 404)

    def test_address(self):
        uid = behind(self.ada).split("/")[-3]
        made = reverse("password_reset_confirm_check", args=[uid, "set-password", "new_password1"])
        self.assertEqual(made, url(self.ada, "new_password1"))

    def test_post_only(self):
        self.assertRefuses(url(self.ada, "new_password1"), None, "get", "head", "put")
