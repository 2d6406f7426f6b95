"""The way into the admin: the site's own sign-in, and no second one beside it."""

from urllib.parse import urlencode

from django.contrib.auth import get_user, get_user_model
from django.test import tag
from django.urls import reverse

from accounts.tests.addresses import SAFE, UNSAFE
from accounts.tests.hashing import CountingHasher, counting_hashes
from core.testing.cases import PASSWORD, ViewTestCase

URL = reverse("admin_login")
INDEX = reverse("admin:index")


@tag("slow")
class AdminLoginTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.staff = get_user_model().objects.create_superuser("staff", "staff@example.org", PASSWORD)

    def assertGoesTo(self, response, url):
        self.assertRedirects(response, url, fetch_redirect_response=False)

    def test_admin_knows_no_other(self):
        self.assertEqual(URL, reverse("admin:login"))

    def test_signed_out_is_sent_to_the_sites_form_and_back(self):
        login = reverse("login")
        self.assertGoesTo(self.page().get(URL), f"{login}?{urlencode({'next': INDEX}, safe='/')}")
        client = self.page()
        form = client.get(reverse("admin:posts_post_changelist"), follow=True)
        self.assertPage(form, "accounts/login.html")
        data = {"username": "staff", "password": PASSWORD, "next": form.context["next"]}
        self.assertGoesTo(client.post(login, data), reverse("admin:posts_post_changelist"))

    def test_staff_go_straight_on(self):
        self.assertGoesTo(self.page(self.staff).get(URL), INDEX)
        for url in SAFE:
            self.assertGoesTo(self.page(self.staff).get(URL, {"next": url}), url)

    def test_never_leads_away(self):
        for url in UNSAFE:
            with self.subTest(url=url):
                self.assertGoesTo(self.page(self.staff).get(URL, {"next": url}), INDEX)
                self.assertGoesTo(self.page().get(URL, {"next": url}), f"{reverse('login')}?next={INDEX}")

    def test_who_is_no_staff_is_refused_and_not_sent_in_a_circle(self):
        response = self.page(self.ada).get(INDEX, follow=True)
        self.assertEqual([url.partition("?")[0] for url, _ in response.redirect_chain], [URL])
        self.assertTemplateUsed(response, "403.html")
        self.assertEqual(response.status_code, 403)

    @counting_hashes
    def test_guesses_reach_no_hasher(self):
        CountingHasher.count = 0
        for query in ("", f"?next={INDEX}"):
            response = self.page().post(URL + query, {"username": "staff", "password": "wrong-one"})
            self.assertGoesTo(response, f"{reverse('login')}?next={INDEX}")
        client = self.page()
        client.post(URL, {"username": "staff", "password": PASSWORD})
        self.assertTrue(get_user(client).is_anonymous)
        self.assertEqual(CountingHasher.count, 0)

    def test_no_cache_keeps_the_answer(self):
        self.assertIn("no-store", self.page().get(URL)["Cache-Control"])

    def test_admin_signs_out_to_the_site(self):
        client = self.page(self.staff)
        self.assertGoesTo(client.post(reverse("admin:logout")), reverse("post_list"))
        self.assertTrue(get_user(client).is_anonymous)
