"""The link in the mail, and the new password that is set behind it."""

from django.contrib.auth import get_user
from django.contrib.auth.tokens import default_token_generator
from django.test import tag
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User
from core.testing.cases import PASSWORD, ViewTestCase, both_ways, three_ways
from core.testing.forms import send_form

TEMPLATE, PARTIAL, FORM = (
    "accounts/password_reset_confirm.html",
    "password-reset-confirm",
    "password-reset-confirm-form",
)
NEW = "galley-proof-2"
BOTH = {"new_password1": NEW, "new_password2": NEW}


def link(user: User, token: str = "") -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("password_reset_confirm", args=[uid, token or default_token_generator.make_token(user)])


def behind(user: User) -> str:
    """The address of the form, which no longer holds the token."""
    return link(user, "set-password")


class PasswordResetConfirmTests(ViewTestCase):
    @tag("slow")
    @three_ways()
    def test_link_leads_to_the_form_and_out_of_the_address(self, client):
        self.assertRedirects(client.get(link(self.ada)), behind(self.ada), fetch_redirect_response=False)
        response = client.get(behind(self.ada))
        self.assertAnswers(response, client, TEMPLATE, PARTIAL)
        self.assertIn("no-store", response.headers["Cache-Control"])

    @tag("slow")
    @both_ways()
    def test_sets_the_password_and_signs_in(self, client):
        elsewhere = self.page(self.ada)
        client.get(link(self.ada))
        key = client.session.session_key
        self.assertWentTo(client.post(behind(self.ada), BOTH), client, "/")
        self.assertTrue(User.objects.get(pk=self.ada.pk).check_password(NEW))
        self.assertEqual(get_user(client), self.ada)
        self.assertNotEqual(client.session.session_key, key)
        self.assertTrue(get_user(elsewhere).is_anonymous, "who knew the old password is out")

    @tag("slow")
    @both_ways("ben")
    def test_signs_in_the_one_whose_link_it_is(self, client):
        client.get(link(self.ada))
        client.post(behind(self.ada), BOTH)
        self.assertEqual(get_user(client), self.ada)
        self.assertTrue(User.objects.get(pk=self.ben.pk).check_password(PASSWORD))

    @tag("slow")
    @both_ways()
    def test_works_once(self, client):
        used = link(self.ada)
        client.get(used)
        client.post(behind(self.ada), BOTH)
        for url in (used, behind(self.ada)):
            self.assertAnswers(client.get(url), client, TEMPLATE, PARTIAL, 410)
        self.assertAnswers(client.post(behind(self.ada), BOTH), client, TEMPLATE, PARTIAL, 410)

    @tag("slow")
    @three_ways()
    def test_made_up_links_say_so_and_lead_to_a_new_one(self, client):
        uid = urlsafe_base64_encode(force_bytes(self.ada.pk))
        nobody = urlsafe_base64_encode(b"9" * 30)
        for arguments in ([uid, "abc-def"], [nobody, "abc-def"], ["~", "x"], [uid, "set-password"]):
            response = client.get(reverse("password_reset_confirm", args=arguments))
            self.assertAnswers(response, client, TEMPLATE, PARTIAL, 410)
            self.assertContains(response, f'href="{reverse("password_reset")}"', status_code=410)

    @both_ways()
    def test_one_persons_link_opens_nobody_elses_form(self, client):
        client.get(link(self.ada))
        self.assertAnswers(client.post(behind(self.ben), BOTH), client, TEMPLATE, PARTIAL, 410)
        self.assertTrue(User.objects.get(pk=self.ben.pk).check_password(PASSWORD))

    @three_ways()
    def test_account_that_was_closed_meanwhile(self, client):
        User.objects.filter(pk=self.ada.pk).update(is_active=False)
        self.assertAnswers(client.get(link(self.ada)), client, TEMPLATE, PARTIAL, 410)

    @tag("slow")
    @both_ways()
    def test_each_error_beside_its_field_and_no_password_in_the_answer(self, client):
        client.get(link(self.ada))
        response = client.post(behind(self.ada), {"new_password1": "1234", "new_password2": "12345"})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertIn("too short", str(response.context["form"].errors["new_password1"]))
        self.assertFormError(response.context["form"], "new_password2", "The two passwords differ.")
        self.assertNotContains(response, "1234", status_code=422)
        self.assertWentTo(client.post(behind(self.ada), BOTH), client, "/")

    def test_head_works_and_other_methods_do_not(self):
        client = self.page()
        client.get(link(self.ada))
        self.assertEqual(client.head(behind(self.ada)).status_code, 200)
        self.assertRefuses(link(self.ada), None, "put", "patch", "delete")

    def test_without_javascript(self):
        client = self.page()
        form = client.get(link(self.ada), follow=True)
        self.assertContains(form, 'name="username" value="ada" autocomplete="username" hidden')
        wrong = send_form(client, form, FORM, new_password1=NEW)
        self.assertPage(wrong, TEMPLATE, 422)
        self.assertWentTo(send_form(client, wrong, FORM, **BOTH), client, "/")
