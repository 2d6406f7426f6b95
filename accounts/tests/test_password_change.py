"""A new password for somebody who has the old one."""

from django.contrib.auth import get_user
from django.test import tag
from django.urls import reverse

from accounts.models import User
from core.testing.cases import PASSWORD, ViewTestCase, both_ways, three_ways
from core.testing.forms import send_form

URL = reverse("password_change")
TEMPLATE, PARTIAL = "accounts/password_change.html", "password-change-form"
NEW = "galley-proof-2"
CHANGE = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}


class PasswordChangeTests(ViewTestCase):
    @three_ways("ada")
    def test_form(self, client):
        self.assertAnswers(client.get(URL), client, TEMPLATE, PARTIAL)

    @both_ways("ada")
    def test_changes_it_and_goes_to_the_profile(self, client):
        self.assertWentTo(client.post(URL, CHANGE), client, reverse("profile"))
        self.assertTrue(User.objects.get(pk=self.ada.pk).check_password(NEW))

    @both_ways("ada")
    def test_this_session_goes_on_and_every_other_ends(self, client):
        elsewhere, key = self.page(self.ada), client.session.session_key
        client.post(URL, CHANGE)
        self.assertEqual(get_user(client), self.ada)
        self.assertNotEqual(client.session.session_key, key)
        self.assertTrue(get_user(elsewhere).is_anonymous)

    @both_ways("ada")
    def test_wrong_old_password_is_said_beside_it(self, client):
        response = client.post(URL, CHANGE | {"old_password": "not-this-1"})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertFormError(response.context["form"], "old_password", "This is not your password.")
        self.assertTrue(User.objects.get(pk=self.ada.pk).check_password(PASSWORD))

    @both_ways("ada")
    def test_each_error_beside_its_field_and_no_password_in_the_answer(self, client):
        typed = CHANGE | {"old_password": "", "new_password1": "1234", "new_password2": "12345"}
        response = client.post(URL, typed)
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        form = response.context["form"]
        self.assertFormError(form, "old_password", "Write the password you have now.")
        self.assertIn("too short", str(form.errors["new_password1"]))
        self.assertFormError(form, "new_password2", "The two passwords differ.")
        self.assertNotContains(response, "1234", status_code=422)

    def test_signed_out(self):
        self.assertNeedsSignIn(URL)
        self.assertNeedsSignIn(URL, "post")

    def test_head_works_and_other_methods_do_not(self):
        self.assertEqual(self.page(self.ada).head(URL).status_code, 200)
        self.assertRefuses(URL, self.ada, "put", "patch", "delete")

    def test_without_javascript(self):
        client = self.page(self.ada)
        wrong = send_form(client, client.get(URL), PARTIAL, **CHANGE | {"new_password2": ""})
        self.assertPage(wrong, TEMPLATE, 422)
        self.assertWentTo(send_form(client, wrong, PARTIAL, **CHANGE), client, reverse("profile"))

    @tag("slow")
    def test_the_browser_is_told_what_each_field_is(self):
        response = self.page(self.ada).get(URL)
        self.assertRegex(response.text, r'name="old_password"[^>]* autocomplete="current-password"')
        self.assertRegex(response.text, r'name="new_password1"[^>]* autocomplete="new-password"')
        self.assertContains(response, 'name="username" value="ada" autocomplete="username" hidden')
