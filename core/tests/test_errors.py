"""Pages for what went wrong: our own, styled, and true."""

from unittest.mock import patch

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import reverse

from core.testing.cases import PageClient, ViewTestCase


class ErrorPagesTests(ViewTestCase):
    def assertErrorPage(self, response, status: int, *words: str) -> None:
        self.assertEqual(response.status_code, status)
        for word in ("<html", 'rel="stylesheet"', f'href="{reverse("post_list")}"', *words):
            self.assertContains(response, word, status_code=status)

    def test_404(self):
        self.assertErrorPage(self.page().get("/nowhere/"), 404, "<h1")

    def test_page_that_htmx_leaves_out_takes_no_message_with_it(self):
        client = self.htmx(self.ada)
        client.post(reverse("post_create"), {"title": "T", "content": "C", "status": "published"})
        missing = client.get("/nowhere/")
        self.assertVaries(missing)
        self.assertIn("private", missing["Cache-Control"])
        self.assertContains(client.get("/posts/t/"), "Published.")

    def test_400_for_a_host_that_is_not_ours(self):
        with self.assertNoLogs("django.security", "ERROR"):  # which anybody could fill
            self.assertErrorPage(self.page().get("/", headers={"Host": "evil.example"}), 400, "<h1")

    def test_403(self):
        with patch("posts.models.listing.Line.public", autospec=True, side_effect=PermissionDenied):
            self.assertErrorPage(self.page().get("/"), 403, "<h1")

    def test_403_for_a_token_that_is_gone_says_what_to_do(self):
        client = Client(enforce_csrf_checks=True)
        self.assertErrorPage(client.post(reverse("login"), {"username": "ada"}), 403, "<h1")

    @override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000)
    def test_413(self):
        data = {"title": "T", "content": "x" * 2000, "status": "draft"}
        with self.assertLogs("django.security", "ERROR"):
            response = self.page(self.ada).post(reverse("post_create"), data)
        self.assertErrorPage(response, 413, "<h1")

    def test_500_needs_neither_database_nor_session(self):
        client = PageClient(raise_request_exception=False)
        with (
            patch("posts.models.listing.Line.public", autospec=True, side_effect=OperationalError),
            self.assertLogs("django.request", "ERROR"),
            self.assertNumQueries(0),
        ):
            response = client.get("/")
        self.assertErrorPage(response, 500, "<h1")
