"""The client's address, messages and expired logins on partials, and the headers that every answer carries."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import RequestFactory, SimpleTestCase, override_settings
from django.urls import reverse

from core.images.models import Image
from core.images.tests import pictures
from core.images.validate import clean_picture
from core.middleware import ClientAddressMiddleware
from core.testing.cases import ViewTestCase
from posts.tests.factory import make_post


class ClientAddressTests(SimpleTestCase):
    def address(self, forwarded: str | None) -> str:
        seen = []

        def view(request):
            seen.append(request.META["REMOTE_ADDR"])
            return HttpResponse()

        headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
        ClientAddressMiddleware(view)(RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.9"))
        return seen[0]

    def test_header_is_ignored_without_a_trusted_proxy(self):
        self.assertEqual(self.address("1.2.3.4"), "10.0.0.9")

    def test_what_the_outermost_trusted_proxy_saw_is_believed_and_nothing_left_of_it(self):
        for proxies, forwarded, address in (
            (1, "1.2.3.4", "1.2.3.4"),
            (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
            (2, "10.0.0.1", "10.0.0.9"),
            (1, "1.2.3.4:5678", "1.2.3.4"),
            (1, "[2001:db8::1]:5678", "2001:db8::1"),
            (1, "2001:db8::1", "2001:db8::1"),
            (1, "", "10.0.0.9"),
            (1, None, "10.0.0.9"),
        ):
            with self.subTest(proxies=proxies, forwarded=forwarded), override_settings(TRUSTED_PROXIES=proxies):
                self.assertEqual(self.address(forwarded), address)


class PartialMessagesTests(ViewTestCase):
    def test_message_rides_on_the_partial_that_caused_it_once(self):
        post = make_post(self.ada, title="Tides", state="draft")
        client = self.htmx(self.ada)
        first = client.post(reverse("post_publish", args=[post.slug]))
        self.assertContains(first, '<hx-partial hx-target="#messages" hx-swap="innerHTML">', 1)
        self.assertContains(first, "“Tides” is live.", 1)
        self.assertNotContains(client.get(reverse("my_posts")), "“Tides” is live.")

    def test_message_waits_where_htmx_is_sent_on(self):
        client = self.htmx(self.ada)
        sent = client.post(reverse("post_create"), {"title": "T", "content": "C", "status": "published"})
        self.assertNotIn("hx-partial", sent.text)
        self.assertContains(client.get(sent["HX-Redirect"]), "Published.")

    def test_what_somebody_wrote_is_escaped_in_a_message(self):
        post = make_post(self.ada, title="<img src=x>", state="draft")
        response = self.htmx(self.ada).post(reverse("post_publish", args=[post.slug]))
        self.assertContains(response, "“&lt;img src=x&gt;” is live.")

    def test_page_shows_it_in_the_region_that_is_always_there(self):
        self.assertContains(self.page().get("/"), '<div id="messages" class="messages" role="status">')


class ExpiredLoginTests(ViewTestCase):
    def test_partial_says_so_and_offers_a_way_back_to_the_page_it_stood_on(self):
        here = {"HX-Current-URL": "http://testserver/posts/new/?a=b"}
        response = self.htmx().post(reverse("post_create"), {"title": "T"}, headers=here)
        self.assertEqual(response.status_code, 401)
        self.assertContains(response, "What you wrote is still here", status_code=401)
        self.assertContains(response, f"{reverse('login')}?next=/posts/new/%3Fa%3Db", status_code=401)

    def test_way_back_is_never_to_another_site(self):
        here = {"HX-Current-URL": "https://evil.example/"}
        response = self.htmx().post(reverse("post_create"), headers=here)
        self.assertContains(response, f'{reverse("login")}?next=/"', status_code=401)

    def test_answer_to_a_dead_session_leaves_alone_the_one_that_another_tab_has_begun(self):
        partial, page = self.htmx(self.ada), self.page(self.ada)
        Session.objects.all().delete()
        response = partial.post(reverse("post_create"), {"title": "T"})
        self.assertEqual((response.status_code, dict(response.cookies)), (401, {}))
        self.assertEqual(page.get("/").cookies[settings.SESSION_COOKIE_NAME].value, "")  # a page takes it away

    def test_other_redirects_of_partials_pass(self):
        self.assertEqual(self.htmx(self.ada).post(reverse("logout")).status_code, 200)


class HeadersTests(ViewTestCase):
    def test_policy_is_on_every_answer(self):
        for url in ("/", "/posts/none/", "/healthz", reverse("login"), "/static/img/galley.svg"):
            with self.subTest(url):
                response = self.page().get(url)
                policy = response["Content-Security-Policy"]
                for directive in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'"):
                    self.assertIn(directive, policy.split("; "))
                self.assertNotIn("unsafe", policy)
                self.assertNotIn("nonce", policy)
                self.assertEqual(response["X-Content-Type-Options"], "nosniff")
                self.assertEqual(response["Referrer-Policy"], "same-origin")

    def test_pictures_are_not_compressed_twice(self):
        image = Image.objects.hold(clean_picture(pictures.png(width=300, height=300)), owner=self.ada)
        response = self.page(self.ada).get(image.src(), headers={"Accept-Encoding": "gzip"})
        self.assertNotIn("Content-Encoding", response.headers)

    def test_pages_are_compressed(self):
        response = self.page().get("/", headers={"Accept-Encoding": "gzip"})
        self.assertEqual(response["Content-Encoding"], "gzip")

    def test_partials_without_javascript_headers_are_kept_by_no_shared_cache(self):
        self.assertIn("private", self.htmx().get("/")["Cache-Control"])
