"""What one reads after asking for a link."""

from django.urls import reverse

from core.testing.cases import ViewTestCase, three_ways

URL = reverse("password_reset_sent")


class PasswordResetSentTests(ViewTestCase):
    @three_ways()
    def test_says_what_happens_next(self, client):
        response = client.get(URL)
        self.assertAnswers(response, client, "accounts/password_reset_sent.html", "password-reset-sent")
        self.assertContains(response, "If an account has this address")

    def test_head_works_and_other_methods_do_not(self):
        self.assertEqual(self.page().head(URL).status_code, 200)
        self.assertRefuses(URL, None, "post", "put", "delete")
