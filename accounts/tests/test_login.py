"""Signing in."""

from django.contrib.auth import get_user
from django.test import Client, tag
from django.urls import reverse

from accounts.tests.addresses import SAFE, UNSAFE
from core.testing.cases import PASSWORD, ViewTestCase, both_ways, three_ways
from core.testing.forms import form_on, send_form

URL = reverse("login")
TEMPLATE, PARTIAL = "accounts/login.html", "login-form"
ADA = {"username": "ada", "password": PASSWORD}
WRONG = "This name and this password do not belong together. Check both."


class LoginTests(ViewTestCase):
    @three_ways()
    def test_form(self, client):
        self.assertAnswers(client.get(URL), client, TEMPLATE, PARTIAL)

    @both_ways()
    def test_signs_in_and_goes_to_the_posts(self, client):
        self.assertWentTo(client.post(URL, ADA), client, "/")
        self.assertEqual(get_user(client), self.ada)

    @both_ways()
    def test_name_in_any_case(self, client):
        self.assertWentTo(client.post(URL, ADA | {"username": " ADA "}), client, "/")
        self.assertEqual(get_user(client), self.ada)

    @both_ways()
    def test_goes_back_to_where_the_person_came_from(self, client):
        for url in SAFE:
            client.logout()
            self.assertWentTo(client.post(URL, ADA | {"next": url}), client, url)

    @tag("slow")
    def test_never_leads_away(self):
        for url in UNSAFE:
            with self.subTest(url=url):
                self.assertNotIn("next", form_on(self.page().get(URL, {"next": url}), PARTIAL)["data"])
        for url in UNSAFE[::6]:  # the same look at it, on the other ways
            for client in (self.page(), self.htmx()):
                self.assertWentTo(client.post(URL, ADA | {"next": url}), client, "/")
                self.assertWentTo(client.get(URL, {"next": url}), client, "/")

    @both_ways()
    def test_the_way_back_survives_an_error_and_the_link_to_sign_up(self, client):
        for response in (client.get(URL, {"next": "/posts/new/"}), client.post(URL, {"next": "/posts/new/"})):
            self.assertContains(response, 'name="next" value="/posts/new/"', status_code=response.status_code)
            link = f'href="{reverse("signup")}?next=/posts/new/"'
            self.assertContains(response, link, status_code=response.status_code)

    @both_ways()
    def test_wrong_pair_is_one_sentence_and_the_name_is_kept(self, client):
        response = client.post(URL, ADA | {"password": "wrong-one"})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertContains(response, WRONG, 1, status_code=422)
        self.assertContains(response, 'value="ada"', status_code=422)
        self.assertNotContains(response, "wrong-one", status_code=422)
        self.assertTrue(get_user(client).is_anonymous)

    @both_ways()
    def test_unknown_name_and_closed_account_answer_like_a_wrong_password(self, client):
        self.ben.is_active = False
        self.ben.save()
        for name in ("nobody", "ben"):
            response = client.post(URL, ADA | {"username": name})
            self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
            self.assertContains(response, WRONG, 1, status_code=422)

    @both_ways()
    def test_nothing_filled_in(self, client):
        response = client.post(URL, {})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertFormError(response.context["form"], "username", "Write your name.")
        self.assertFormError(response.context["form"], "password", "Write your password.")

    @tag("slow")
    @both_ways()
    def test_odd_bytes_are_an_error_and_no_fault(self, client):
        for typed in ({"username": "a\0da"}, {"username": "a" * 151}, {"password": "\0"}, {"username": "_%'\"\\"}):
            self.assertAnswers(client.post(URL, ADA | typed), client, TEMPLATE, PARTIAL, 422)

    @both_ways("ada")
    def test_signed_in_is_sent_on(self, client):
        self.assertWentTo(client.get(URL), client, "/")
        self.assertWentTo(client.get(URL, {"next": "/me/posts/"}), client, "/me/posts/")
        self.assertWentTo(client.post(URL, {"username": "ben", "password": PASSWORD}), client, "/")
        self.assertEqual(get_user(client), self.ada)

    def test_a_key_that_was_there_before_is_worth_nothing_after(self):
        client = self.page()
        client.session.save()
        before = client.session.session_key
        client.post(URL, ADA)
        self.assertNotEqual(client.session.session_key, before)
        self.assertFalse(client.session.exists(before))

    def test_head_works_and_other_methods_do_not(self):
        self.assertEqual(self.page().head(URL).status_code, 200)
        self.assertRefuses(URL, None, "put", "patch", "delete")

    def test_without_javascript(self):
        client = self.page()
        wrong = send_form(client, client.get(URL, {"next": "/posts/new/"}), PARTIAL, username="ada", password="wrong")
        self.assertPage(wrong, TEMPLATE, 422)
        self.assertWentTo(send_form(client, wrong, PARTIAL, password=PASSWORD), client, "/posts/new/")

    def test_forged_form_is_refused(self):
        client = Client(enforce_csrf_checks=True)
        self.assertEqual(client.post(URL, ADA).status_code, 403)
        self.assertEqual(send_form(client, client.get(URL), PARTIAL, **ADA).status_code, 302)

    def test_the_browser_is_told_what_each_field_is(self):
        response = self.page().get(URL)
        self.assertRegex(response.text, r'name="username"[^>]* autocomplete="username"')
        self.assertRegex(response.text, r'name="password"[^>]* autocomplete="current-password"')
