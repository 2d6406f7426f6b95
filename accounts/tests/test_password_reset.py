"""A mail with a link, for somebody who has forgotten the password."""

from threading import Event
from unittest.mock import patch

from django.conf import settings
from django.core import mail
from django.test import override_settings, tag
from django.urls import reverse

from accounts.forms import post_office
from accounts.models import User
from core.testing.cases import ViewTestCase, both_ways, three_ways
from core.testing.forms import send_form
from core.testing.pseudo import pseudo_language

URL, SENT = reverse("password_reset"), reverse("password_reset_sent")
TEMPLATE, PARTIAL = "accounts/password_reset.html", "password-reset-form"


class PasswordResetTests(ViewTestCase):
    @three_ways()
    def test_form(self, client):
        self.assertAnswers(client.get(URL), client, TEMPLATE, PARTIAL)

    @both_ways()
    def test_mails_a_link_to_this_site(self, client):
        before = len(mail.outbox)
        self.assertWentTo(client.post(URL, {"email": "ADA@example.org"}), client, SENT)
        [message] = mail.outbox[before:]
        self.assertEqual(message.to, ["ada@example.org"])
        self.assertEqual(message.subject, f"A new password for {settings.SITE_NAME}")
        self.assertIn(f"\n{settings.SITE_URL}{URL}", message.body)
        self.assertIn("ada", message.body)
        self.assertEqual(message.alternatives, [])

    @override_settings(SITE_URL="https://galley.example", HTTPS=True, ALLOWED_HOSTS=["*"])
    def test_the_host_that_a_request_claims_is_not_in_the_mail(self):
        evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        self.page().post(URL, {"email": "ada@example.org"}, headers=evil)
        [message] = mail.outbox
        self.assertIn(f"\nhttps://galley.example{URL}", message.body)
        self.assertNotIn("evil", message.body)

    @tag("slow")
    @both_ways()
    def test_an_address_that_nobody_has_gets_the_same_answer_and_no_mail(self, client):
        known, unknown = (client.post(URL, {"email": f"{name}@example.org"}) for name in ("ada", "nobody"))
        sent = len(mail.outbox)
        self.assertEqual(
            (known.status_code, known.content, known.headers), (unknown.status_code, unknown.content, unknown.headers)
        )
        client.post(URL, {"email": "nobody@example.org"})
        self.assertEqual(len(mail.outbox), sent)

    @override_settings(MAIL_IN_BACKGROUND=True)
    def test_mail_server_is_talked_to_after_the_answer_has_left(self):
        answered = Event()
        with patch("django.contrib.auth.forms.PasswordResetForm.send_mail", autospec=True) as send:
            send.side_effect = lambda *args, **kwargs: answered.wait(10)
            self.assertRedirects(self.page().post(URL, {"email": "ada@example.org"}), SENT)
            answered.set()
            post_office.submit(int).result()  # there is one thread: when this is done, so is the mail
        send.assert_called_once()

    def test_mail_is_in_the_language_of_who_asks(self):
        for background in (False, True):
            with (
                pseudo_language(),
                override_settings(MAIL_IN_BACKGROUND=background),
                self.subTest(background=background),
            ):
                self.page().post(URL, {"email": "ada@example.org"}, headers={"Accept-Language": "de"})
                post_office.submit(int).result()
                self.assertEqual(mail.outbox[-1].subject, "⟦A new password for Galley⟧")
                self.assertIn("⟦If it was not you, do nothing: the password stays as it is.⟧", mail.outbox[-1].body)
        self.assertEqual(len(mail.outbox), 2)

    @tag("slow")
    def test_closed_accounts_and_those_without_a_password_get_none(self):
        User.objects.filter(pk=self.ada.pk).update(is_active=False)
        self.ben.set_unusable_password()
        self.ben.save()
        for name in ("ada", "ben"):
            self.page().post(URL, {"email": f"{name}@example.org"})
        self.assertEqual(mail.outbox, [])

    @tag("slow")
    @override_settings(MAILERS={"default": {"BACKEND": "nowhere.Backend"}})
    def test_mail_that_cannot_be_sent_is_no_fault_of_the_visitor(self):
        with self.assertLogs("django.contrib.auth", "ERROR"):
            self.assertRedirects(self.page().post(URL, {"email": "ada@example.org"}), SENT)

    @both_ways()
    def test_what_is_no_address(self, client):
        response = client.post(URL, {"email": "nowhere"})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertContains(response, 'value="nowhere"', status_code=422)
        self.assertFormError(response.context["form"], "email", "Enter a valid email address.")

    @both_ways()
    def test_nothing_filled_in(self, client):
        response = client.post(URL, {})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertFormError(response.context["form"], "email", "Write your e-mail address.")

    def test_head_works_and_other_methods_do_not(self):
        self.assertEqual(self.page().head(URL).status_code, 200)
        self.assertRefuses(URL, None, "put", "patch", "delete")

    def test_without_javascript(self):
        client = self.page()
        wrong = send_form(client, client.get(URL), PARTIAL, email="ada@")
        self.assertPage(wrong, TEMPLATE, 422)
        self.assertRedirects(send_form(client, wrong, PARTIAL, email="ada@example.org"), SENT)
        self.assertEqual(len(mail.outbox), 1)
