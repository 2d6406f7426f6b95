"""The page for whoever runs the site: how the pictures fare at their stores."""

from datetime import UTC, datetime, timedelta

from django.test import tag
from django.urls import reverse
from django.utils import timezone

from core.images.models import GRACE, Image, Sweep
from core.testing.cases import ViewTestCase, three_ways
from posts.tests.factory import make_image, make_post

URL = reverse("images_status")


class ImagesStatusTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.ada.is_staff = True
        cls.ada.save()

    def waiting(self, **fields) -> Image:
        image = make_image(self.ada, **{"state": Image.State.RESERVED} | fields)
        make_post(self.ada, featured_image=image)
        return image

    @tag("slow")
    @three_ways("ada")
    def test_counts_what_waits_what_goes_and_errors(self, client):
        since = datetime(2026, 11, 1, 8, tzinfo=UTC)
        self.waiting(created_at=since, error="Nobody answered.", next_try_at=since)
        self.waiting(error="Nobody answered.", next_try_at=since + timedelta(hours=1))
        self.waiting(error="<b>Refused</b>")
        make_image(self.ada, store="local", unreferenced_since=timezone.now() - GRACE)
        make_image(self.ada)
        make_image(self.ada, state=Image.State.HELD, store="", created_at=since - timedelta(days=1))  # no post has it
        response = client.get(URL)
        self.assertAnswers(response, client, "images/images_status.html", "images-status")
        self.assertEqual(
            response.context["counts"],
            [("held", "", 1), ("reserved", "fake", 3), ("stored", "fake", 1), ("stored", "local", 1)],
        )
        self.assertContains(response, "<td>Held</td><td>database</td><td>1</td>", html=False)
        self.assertContains(response, "3 in use wait to be sent, the oldest since")
        self.assertContains(response, "1 Nov 2026, 08:00")
        self.assertContains(response, "2 stored ones are without use, 1 of them due to be removed.")
        self.assertContains(response, "2 pictures")
        self.assertContains(response, "next tried")
        self.assertContains(response, "&lt;b&gt;Refused")
        self.assertLess(response.text.index("Nobody answered."), response.text.index("&lt;b&gt;Refused"))

    @three_ways("ada")
    def test_empty(self, client):
        response = client.get(URL)
        for sentence in ("There are no pictures yet.", "Nothing waits to be sent.", "There was none yet."):
            self.assertContains(response, sentence)

    def test_sweep_that_has_not_run_for_two_days_is_a_warning(self):
        warning, now = "No sweep has come to its end in the last two days", timezone.now()
        self.assertContains(self.page(self.ada).get(URL), warning)
        run = Sweep.objects.create(began_at=now - timedelta(hours=40), ended_at=now - timedelta(hours=39), sent=7)
        Sweep.objects.create(began_at=now)
        response = self.page(self.ada).get(URL)
        self.assertNotContains(response, warning)
        self.assertContains(response, "<span>7 sent</span>")
        self.assertContains(response, "under way, or cut short")
        Sweep.objects.filter(pk=run.pk).update(ended_at=now - timedelta(hours=49))
        self.assertContains(self.page(self.ada).get(URL), warning)

    def test_six_queries_however_many_rows(self):
        for number in range(3):
            self.waiting(error=f"Error {number}")
            make_image(self.ada)
            Sweep.objects.create()
        with self.assertNumQueries(5):
            self.page(self.ada).get(URL)

    def test_staff_find_it_and_nobody_else(self):
        link = f'<a href="{URL}">Pictures at their stores</a>'
        self.assertContains(self.page(self.ada).get(reverse("post_list")), link, html=True)
        self.assertNotContains(self.page(self.ben).get(reverse("post_list")), URL)

    @tag("slow")
    def test_the_admins_list_leads_there(self):
        self.ada.is_superuser = True
        self.ada.save()
        self.assertContains(self.page(self.ada).get(reverse("admin:images_image_changelist")), f'href="{URL}"')

    def test_signed_out(self):
        self.assertNeedsSignIn(URL)

    def test_others_cannot_tell_that_it_is_there(self):
        self.assertHidden(URL, self.ben, self.cleo)

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "post", "delete")
