"""Signing out."""

from django.contrib.auth import get_user
from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways, three_ways

URL = reverse("logout")


class LogoutTests(ViewTestCase):
    @both_ways("ada")
    def test_signs_out_and_goes_to_the_posts(self, client):
        key = client.session.session_key
        self.assertWentTo(client.post(URL), client, "/")
        self.assertTrue(get_user(client).is_anonymous)
        self.assertFalse(client.session.exists(key))

    @both_ways("ada")
    def test_leads_nowhere_else(self, client):
        self.assertWentTo(client.post(f"{URL}?next=//evil.example", {"next": "//evil.example"}), client, "/")

    @both_ways()
    def test_signed_out_already(self, client):
        self.assertWentTo(client.post(URL), client, "/")

    @three_ways("ada")
    def test_a_link_signs_nobody_out(self, client):
        self.assertEqual(client.get(URL).status_code, 405)
        self.assertEqual(client.head(URL).status_code, 405)
        self.assertEqual(get_user(client), self.ada)
