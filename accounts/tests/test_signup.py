"""Signing up."""

from django.contrib.auth import get_user
from django.test import RequestFactory, tag
from django.urls import reverse

from accounts.forms import SignupForm
from accounts.models import Attempt, User
from accounts.tests.addresses import SAFE, UNSAFE
from core.testing.cases import PASSWORD, ViewTestCase, both_ways, three_ways
from core.testing.forms import form_on, send_form

URL = reverse("signup")
TEMPLATE, PARTIAL = "accounts/signup.html", "signup-form"
EVA = {"username": "eva", "password1": PASSWORD, "password2": PASSWORD}


class SignupTests(ViewTestCase):
    def assertSaid(self, response, field, sentence):
        self.assertFormError(response.context["form"], field, sentence)

    @three_ways()
    def test_form(self, client):
        self.assertAnswers(client.get(URL), client, TEMPLATE, PARTIAL)

    @both_ways()
    def test_signs_in_and_goes_to_the_posts(self, client):
        response = client.post(URL, EVA | {"email": "eva@EXAMPLE.org"})
        self.assertWentTo(response, client, "/")
        eva = User.objects.get(username="eva")
        self.assertEqual(get_user(client), eva)
        self.assertEqual((eva.email, eva.is_staff, eva.is_superuser), ("eva@example.org", False, False))
        self.assertTrue(eva.check_password(PASSWORD))

    @both_ways()
    def test_email_is_optional(self, client):
        self.assertWentTo(client.post(URL, EVA), client, "/")

    @tag("slow")
    def test_browsers_time_zone_is_taken_if_there_is_such_a_one(self):
        for given, taken in (("Asia/Kathmandu", "Asia/Kathmandu"), ("Mars/Olympus", "")):
            self.page().post(URL, EVA | {"username": f"eva{len(given)}", "time_zone": given})
            self.assertEqual(User.objects.latest("pk").time_zone, taken)

    @both_ways()
    def test_goes_back_to_where_the_person_came_from(self, client):
        self.assertWentTo(client.post(URL, EVA | {"next": SAFE[1]}), client, SAFE[1])

    @tag("slow")
    @both_ways()
    def test_never_leads_away(self, client):
        self.assertWentTo(client.post(URL, EVA | {"next": UNSAFE[0]}), client, "/")
        for url in UNSAFE:  # signed in by now
            self.assertWentTo(client.get(URL, {"next": url}), client, "/")
        self.assertNotIn("next", form_on(self.page().get(URL, {"next": UNSAFE[0]}), PARTIAL)["data"])

    @both_ways()
    def test_the_way_back_survives_an_error_and_the_link_to_sign_in(self, client):
        for response in (client.get(URL, {"next": "/posts/new/"}), client.post(URL, {"next": "/posts/new/"})):
            self.assertContains(response, 'name="next" value="/posts/new/"', status_code=response.status_code)
            link = f'href="{reverse("login")}?next=/posts/new/"'
            self.assertContains(response, link, status_code=response.status_code)

    @both_ways()
    def test_taken_name_however_it_is_written(self, client):
        for name in ("ada", "ADA", "ａｄａ"):
            response = client.post(URL, EVA | {"username": name})
            self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
            self.assertSaid(response, "username", "This name is taken.")
            self.assertSaid(response, None, [])

    @both_ways()
    def test_name_with_a_stranger_character(self, client):
        response = client.post(URL, EVA | {"username": "eva müller!"})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertSaid(response, "username", "Letters, digits and @ . + - _ only.")

    @tag("slow")
    @both_ways()
    def test_name_that_would_be_no_address(self, client):
        for name in (".", "..", "@"):
            response = client.post(URL, EVA | {"username": name})
            self.assertSaid(response, "username", "Use at least one letter or digit.")

    @tag("slow")
    @both_ways()
    def test_passwords_that_differ_are_said_beside_the_second(self, client):
        response = client.post(URL, EVA | {"password2": "another"})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertSaid(response, "password1", [])
        self.assertSaid(response, "password2", "The two passwords differ.")

    @tag("slow")
    @both_ways()
    def test_weak_password_is_said_beside_the_first(self, client):
        for weak, reason in (("x7!k", "too short"), ("password123", "too common"), ("79238412", "entirely numeric")):
            response = client.post(URL, EVA | {"password1": weak, "password2": weak})
            self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
            self.assertIn(reason, str(response.context["form"].errors["password1"]))
            self.assertSaid(response, "password2", [])

    @tag("slow")
    @both_ways()
    def test_password_like_the_name_is_weak(self, client):
        typed = {"username": "evamueller", "password1": "evamueller1", "password2": "evamueller1"}
        self.assertIn("too similar", str(client.post(URL, typed).context["form"].errors["password1"]))

    @both_ways()
    def test_an_error_keeps_what_was_typed_but_no_password(self, client):
        response = client.post(URL, EVA | {"email": "eva at home"})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertContains(response, 'value="eva"', status_code=422)
        self.assertContains(response, 'value="eva at home"', status_code=422)
        self.assertNotContains(response, PASSWORD, status_code=422)
        self.assertFalse(User.objects.filter(username="eva").exists())

    @both_ways()
    def test_nothing_filled_in(self, client):
        response = client.post(URL, {})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertEqual(set(response.context["form"].errors), {"username", "password1", "password2"})

    @tag("slow")
    @both_ways()
    def test_odd_bytes_are_an_error_and_no_fault(self, client):
        for name in ("e\0va", "e" * 151, "e" * 100_000, "\ud7ff\u202e"):
            response = client.post(URL, EVA | {"username": name, "password1": "a\0b", "next": "/\0"})
            self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)

    def test_somebody_faster_with_the_same_name(self):
        request = RequestFactory().post(URL)
        form = SignupForm(EVA)
        self.assertTrue(form.is_valid())
        User.objects.create_user("EVA")
        self.assertIsNone(form.save(request))
        self.assertFormError(form, "username", "This name is taken.")
        self.assertEqual(Attempt.objects.get().count, 0)

    @both_ways("ada")
    def test_signed_in_is_sent_on(self, client):
        self.assertWentTo(client.get(URL), client, "/")
        self.assertWentTo(client.post(URL, EVA | {"next": "/me/posts/"}), client, "/me/posts/")
        self.assertFalse(User.objects.filter(username="eva").exists())

    def test_new_session_key(self):
        client = self.page()
        client.session.save()
        before = client.session.session_key
        client.post(URL, EVA)
        self.assertNotEqual(client.session.session_key, before)
        self.assertFalse(client.session.exists(before))

    def test_head_works_and_other_methods_do_not(self):
        self.assertEqual(self.page().head(URL).status_code, 200)
        self.assertRefuses(URL, None, "put", "patch", "delete")

    def test_without_javascript(self):
        client = self.page()
        wrong = send_form(client, client.get(URL, {"next": "/posts/new/"}), PARTIAL, **EVA | {"password2": ""})
        self.assertPage(wrong, TEMPLATE, 422)
        right = send_form(client, wrong, PARTIAL, password1=PASSWORD, password2=PASSWORD)
        self.assertWentTo(right, client, "/posts/new/")

    def test_the_browser_is_told_what_each_field_is(self):
        response = self.page().get(URL)
        for name, what in {
            "username": "username",
            "password1": "new-password",
            "password2": "new-password",
            "email": "email",
        }.items():
            self.assertRegex(response.text, rf'name="{name}"[^>]* autocomplete="{what}"')
