"""The address, checked while it is typed."""

from django.core import mail
from django.urls import reverse

from accounts.models import Attempt
from core.testing.cases import ViewTestCase, both_ways

FIELD, TEMPLATE = "partials/field.html", "accounts/password_reset.html"
URL = reverse("password_reset_check", args=["email"])


class PasswordResetCheckTests(ViewTestCase):
    @both_ways()
    def test_address_that_is_none(self, client):
        response = client.post(URL, {"email": "nowhere"})
        self.assertAnswers(response, client, TEMPLATE, FIELD, 422, top="field-email")
        self.assertContains(response, 'value="nowhere"', status_code=422)

    @both_ways()
    def test_mails_nothing_counts_nothing_and_knows_nobody(self, client):
        for name in ("ada", "nobody"):
            response = client.post(URL, {"email": f"{name}@example.org"})
            self.assertAnswers(response, client, TEMPLATE, FIELD, 200, top="field-email")
        self.assertEqual(mail.outbox, [])
        self.assertFalse(Attempt.objects.exists())

    def test_field_that_is_none(self):
        url = reverse("password_reset_check", args=["username"])
        self.assertEqual(self.htmx().post(url).status_code, 404)

    def test_post_only(self):
        self.assertRefuses(URL, None, "get", "head", "put")
