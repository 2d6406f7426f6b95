"""Whoever reads may choose the language of the pages."""

from http.cookies import Morsel

from django.conf import settings
from django.test import override_settings, tag
from django.urls import reverse
from django.utils.translation import get_language

from core.testing.cases import ViewTestCase, both_ways, three_ways

URL = reverse("language")
COOKIE = settings.LANGUAGE_COOKIE_NAME


class LanguageTests(ViewTestCase):
    def cookie(self, response) -> Morsel:
        return response.cookies[COOKIE]

    def test_thread_forgets_it_with_the_request(self):
        self.assertContains(self.page().get("/", headers={"Accept-Language": "de"}), 'lang="de"')
        self.assertEqual(get_language(), "en")

    @three_ways()
    def test_offers_each_language_by_its_own_name(self, client):
        response = client.get(URL)
        self.assertAnswers(response, client, "language.html", "language-form")
        for code, name in settings.LANGUAGES:
            self.assertRegex(response.text, f'<button [^>]*value="{code}" lang="{code}"[^>]*>{name}</button>')
        self.assertIn("private", response.headers["Cache-Control"])
        self.assertNotIn(COOKIE, response.cookies)

    @both_ways()
    def test_remembers_it_and_goes_back(self, client):
        response = client.post(URL, {"language": "ar", "next": "/tags/?page=2"})
        self.assertWentTo(response, client, "/tags/?page=2")
        cookie = self.cookie(response)
        self.assertEqual((cookie.value, cookie["samesite"], cookie["httponly"]), ("ar", "Lax", True))
        self.assertEqual(cookie["max-age"], settings.LANGUAGE_COOKIE_AGE)

    @both_ways("ada")
    def test_signed_in_it_is_the_same(self, client):
        self.assertWentTo(client.post(URL, {"language": "fr"}), client, reverse("post_list"))

    @tag("slow")
    @both_ways()
    def test_leads_to_no_other_site(self, client):
        for hostile in (
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "\0",
            "evil",
        ):
            with self.subTest(hostile):
                response = client.post(URL, {"language": "de", "next": hostile})
                self.assertWentTo(response, client, reverse("post_list"))
                self.assertNotContains(client.get(URL, {"next": hostile}), 'name="next"')

    @both_ways()
    def test_no_language_of_ours_is_refused_and_the_way_back_kept(self, client):
        for wrong in ("", "xx", "en-GB", "../de", "\0", "d" * 10_000):
            response = client.post(URL, {"language": wrong, "next": "/tags/"})
            with self.subTest(wrong[:9]):
                self.assertAnswers(response, client, "language.html", "language-form", 422)
                self.assertContains(response, "Choose one of these languages.", status_code=422)
                self.assertContains(response, '<input type="hidden" name="next" value="/tags/">', status_code=422)
                self.assertNotIn(COOKIE, response.cookies)

    def test_half_a_character_leads_nowhere(self):
        self.assertNotContains(self.page().get(f"{URL}?next=%ED%A0%80&language=%00"), 'name="next"')

    def test_every_page_leads_there_and_back(self):
        page = self.page().get("/accounts/login/?next=/me/posts/").text
        self.assertIn('href="/language/?next=%2Faccounts%2Flogin%2F%3Fnext%3D%2Fme%2Fposts%2F"', page)

    def test_cookie_comes_before_the_browser_and_the_browser_before_the_site(self):
        url, client = reverse("login"), self.page()
        with override_settings(LANGUAGE_CODE="fr"):
            self.assertContains(client.get(url), '<html lang="fr">')
            self.assertContains(client.get(url, headers={"Accept-Language": "sv"}), '<html lang="fr">')
            self.assertContains(client.get(url, headers={"Accept-Language": "de-AT, en;q=0.8"}), '<html lang="de">')
            client.cookies[COOKIE] = "ar"
            page = client.get(url, headers={"Accept-Language": "de"})
            self.assertContains(page, '<html lang="ar" dir="rtl">')
            self.assertContains(page, "/static/galley.ar.js")
            client.cookies[COOKIE] = "xx"
            self.assertContains(client.get(url, headers={"Accept-Language": "es"}), '<html lang="es">')

    def test_wrong_methods(self):
        self.assertRefuses(URL, None, "put", "delete")

    def test_errors_are_in_the_language_too(self):
        self.assertContains(
            self.page().get("/nowhere", headers={"Accept-Language": "ar"}), 'lang="ar" dir="rtl"', status_code=404
        )
