"""Is the process alive?"""

from django.test import SimpleTestCase
from django.urls import reverse

URL = reverse("healthz")


class HealthzTests(SimpleTestCase):
    """A SimpleTestCase forbids the database: so does the view."""

    def test_answers_without_the_database(self):
        response = self.client.get(URL)
        self.assertEqual((response.status_code, response.text), (200, "ok"))
        self.assertNotIn("Set-Cookie", response.headers)

    def test_answers_a_probe_that_does_not_know_the_name_of_the_site(self):
        self.assertEqual(self.client.get(URL, headers={"Host": "10.0.0.5:8000"}).status_code, 200)

    def test_wrong_method(self):
        self.assertEqual(self.client.post(URL).status_code, 405)
