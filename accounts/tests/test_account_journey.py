"""One person's way through all of it, and what holds for every page on it."""

import re

from django.contrib.auth import get_user
from django.core import mail
from django.test import tag
from django.urls import reverse

from accounts.models import User
from core.testing.cases import PASSWORD, PageClient, ViewTestCase, both_ways

SECOND, THIRD = "galley-proof-2", "galley-proof-3"
PAGES = {
    # URL name: (who asks, partial)
    "signup": ("", "signup-form"),
    "login": ("", "login-form"),
    "profile": ("ada", "profile-form"),
    "password_change": ("ada", "password-change-form"),
    "password_reset": ("", "password-reset-form"),
    "password_reset_sent": ("", "password-reset-sent"),
}


@tag("slow")
class AccountJourneyTests(ViewTestCase):
    @both_ways()
    def test_from_sign_up_to_a_forgotten_password(self, client):
        signup, login, profile, protected = (reverse(name) for name in ("signup", "login", "profile", "my_posts"))

        typed = {"username": "Eva", "password1": PASSWORD, "password2": PASSWORD, "email": "eva@example.org"}
        self.assertWentTo(client.post(signup, typed | {"next": profile}), client, profile)
        about = {"display_name": "Eva M.", "email": "eva@example.org", "bio": "Ships."}
        self.assertWentTo(client.post(profile, about), client, profile)
        self.assertContains(client.get(profile), "Eva M.")
        self.assertWentTo(client.post(reverse("logout")), client, "/")

        response = client.get(protected)
        if client.way == "partial":
            self.assertContains(response, f"{login}?next=", status_code=401)
        else:
            self.assertRedirects(response, f"{login}?next={protected}")
        typed = {"username": "eva", "password": PASSWORD, "next": protected}
        self.assertWentTo(client.post(login, typed), client, protected)
        self.assertEqual(client.get(protected).status_code, 200)

        typed = {"old_password": PASSWORD, "new_password1": SECOND, "new_password2": SECOND}
        self.assertWentTo(client.post(reverse("password_change"), typed), client, profile)
        client.post(reverse("logout"))
        self.assertEqual(client.post(login, {"username": "eva", "password": PASSWORD}).status_code, 422)

        before = len(mail.outbox)
        sent = client.post(reverse("password_reset"), {"email": "eva@example.org"})
        self.assertWentTo(sent, client, reverse("password_reset_sent"))
        [message] = mail.outbox[before:]
        link = re.search(r"http://[^/]+(/\S+)", message.body)[1]
        form = client.get(link)
        self.assertEqual(form.status_code, 302)
        typed = {"new_password1": THIRD, "new_password2": THIRD}
        self.assertWentTo(client.post(form.headers["Location"], typed), client, "/")
        self.assertEqual(get_user(client), User.objects.get(username="Eva"))
        client.post(reverse("logout"))
        self.assertWentTo(client.post(login, {"username": "eva", "password": THIRD}), client, "/")

    def test_each_partial_is_its_part_of_the_page(self):
        for name, (who, partial) in PAGES.items():
            with self.subTest(name):
                user = getattr(self, who, None)
                texts = [client.get(reverse(name)).text for client in (self.page(user), self.htmx(user))]
                page, part = (re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", text).strip() for text in texts)
                self.assertIn(f'id="{partial}"', part)
                self.assertIn(part, page)

    def test_pages_are_never_shared_by_a_cache(self):
        for name, (user, _) in PAGES.items():
            with self.subTest(name):
                response = self.page(getattr(self, user, None)).get(reverse(name))
                self.assertIn("private", response.headers["Cache-Control"])

    def test_the_navigation_leads_to_each(self):
        self.assertContains(PageClient().get("/"), f'href="{reverse("signup")}"')
        self.assertContains(PageClient().get("/"), f'href="{reverse("login")}"')
        self.assertContains(self.page(self.ada).get("/"), f'href="{reverse("profile")}"')
        self.assertContains(self.page(self.ada).get(reverse("profile")), f'href="{reverse("password_change")}"')
        self.assertContains(PageClient().get(reverse("login")), f'href="{reverse("password_reset")}"')
