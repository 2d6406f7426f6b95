"""Users, for staff."""

from django.db import connection
from django.test import tag
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core.images.models import Image
from core.testing.cases import PASSWORD, ViewTestCase

LIST = reverse("admin:accounts_user_changelist")


@tag("slow")
class UserAdminTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.root = User.objects.create_superuser("root", "root@example.org", PASSWORD, display_name="The staff")

    def setUp(self):
        super().setUp()
        self.staff = self.page(self.root)

    def test_list_shows_and_finds_people(self):
        User.objects.filter(pk=self.ada.pk).update(display_name="Countess")
        response = self.staff.get(LIST, {"q": "countess"})
        self.assertContains(response, "ada@example.org")
        self.assertNotContains(response, "ben@example.org")
        self.assertEqual(self.staff.get(LIST, {"is_staff__exact": 1}).context["cl"].result_count, 1)

    def test_list_asks_no_more_for_more_people(self):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                self.staff.get(LIST)
            return len(captured)

        few = queries()
        for number in range(10):
            User.objects.create_user(f"name-{number}")
        self.assertEqual(queries(), few)

    def test_changes_somebody(self):
        url = reverse("admin:accounts_user_change", args=[self.ada.pk])
        Image.objects.create(format="webp", width=1, height=1, bytes=1, name="somebody-elses.webp")
        response = self.staff.get(url)
        self.assertContains(response, 'name="display_name"')
        self.assertNotContains(response, "somebody-elses.webp")
        data = {
            "username": "ada",
            "display_name": "Countess",
            "date_joined_0": "2026-01-01",
            "date_joined_1": "00:00",
        }
        self.assertRedirects(self.staff.post(url, data), LIST)
        ada = User.objects.get(pk=self.ada.pk)
        self.assertEqual((ada.display_name, ada.is_active), ("Countess", False))
        self.assertTrue(ada.check_password(PASSWORD))

    def test_picture_is_shown_and_not_set(self):
        url = reverse("admin:accounts_user_change", args=[self.ada.pk])
        image = Image.objects.create(format="webp", width=1, height=1, bytes=1, name="hers.webp", owner=self.ada)
        User.objects.filter(pk=self.ada.pk).update(avatar=image)
        response = self.staff.get(url)
        self.assertContains(response, "hers.webp")
        self.assertNotContains(response, 'name="avatar"')
        other = Image.objects.create(format="webp", width=1, height=1, bytes=1)
        data = {"username": "ada", "avatar": other.pk, "date_joined_0": "2026-01-01", "date_joined_1": "00:00"}
        self.assertRedirects(self.staff.post(url, data), LIST)
        self.assertEqual(User.objects.get(pk=self.ada.pk).avatar, image)

    def test_adds_somebody_under_a_name_of_their_own(self):
        url = reverse("admin:accounts_user_add")
        data = {"username": "ADA", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
        self.assertContains(self.staff.post(url, data), "already exists")
        self.assertEqual(self.staff.post(url, data | {"username": "eva"}).status_code, 302)
        self.assertTrue(User.objects.get(username="eva").check_password(PASSWORD))

    def test_nobody_else_gets_in(self):
        self.assertEqual(self.page(self.ada).get(LIST).status_code, 302)
