"""What robots are told to read and to leave."""

from urllib.robotparser import RobotFileParser

from django.conf import settings
from django.urls import reverse

from core.testing.cases import ViewTestCase
from posts.tests.factory import make_post


class RobotsTests(ViewTestCase):
    def test_what_is_public_may_be_read_and_what_asks_to_sign_in_is_left(self) -> None:
        response = self.page().get(reverse("robots"))
        self.assertEqual((response.status_code, response["Content-Type"]), (200, "text/plain; charset=utf-8"))
        rules = RobotFileParser()
        rules.parse(response.text.splitlines())
        for path in (
            "/",
            "/posts/tides/",
            "/tags/",
            "/feed.rss",
            "/static/galley.css",
            "/search/?q=x",
            "/accounts/login/",
        ):
            self.assertTrue(rules.can_fetch("*", path), path)
        for path in ("/me/posts/", "/admin/", "/posts/new/", "/staff/images/"):
            self.assertFalse(rules.can_fetch("*", path), path)
        self.assertEqual(rules.site_maps(), [f"{settings.SITE_URL}/sitemap.xml"])

    def test_what_is_not_for_everybody_says_so_itself(self) -> None:
        post, draft = make_post(self.ada), make_post(self.ada, state="draft")
        self.assertNotIn("X-Robots-Tag", self.page().get(post.get_absolute_url()))
        self.assertNotIn("X-Robots-Tag", self.page().get("/"))
        for url in ("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"):
            self.assertEqual(self.page().get(url)["X-Robots-Tag"], "noindex", url)
        self.assertEqual(self.page(self.ada).get(draft.get_absolute_url())["X-Robots-Tag"], "noindex")

    def test_wrong_methods(self) -> None:
        self.assertRefuses(reverse("robots"), None, "post")
