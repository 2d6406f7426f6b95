"""A post goes live at a minute of its author's own clock."""

from datetime import UTC, datetime
from unittest.mock import patch

from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways
from core.testing.forms import form_on
from posts.models import Post
from posts.tests.factory import make_post

CREATE = reverse("post_create")
FOUR = {"title": "Tides", "content": "x", "status": "published"}
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


class SchedulingTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.ada.time_zone = "Europe/Stockholm"
        cls.ada.save()

    def setUp(self):
        super().setUp()
        clock = patch("django.utils.timezone.now", return_value=NOW)
        self.now = clock.start()
        self.addCleanup(clock.stop)

    def publish(self, at, client=None):
        return (client or self.page(self.ada)).post(CREATE, FOUR | {"publish_at": at})

    @tag("slow")
    @both_ways("ada")
    def test_time_is_the_authors_and_so_it_is_shown(self, client):
        self.publish("2026-07-01T09:00", client)
        post = Post.objects.get()
        self.assertEqual(post.published_at, datetime(2026, 7, 1, 7, tzinfo=UTC))
        response = client.get(reverse("post_edit", args=[post.slug]))
        self.assertEqual(form_on(response, "post-form")["data"]["publish_at"], "2026-07-01T09:00")
        self.assertContains(response, "Europe/Stockholm")
        self.assertContains(client.get(reverse("my_posts")), "Wed 1 Jul 2026, 09:00")

    @tag("slow")
    def test_it_is_live_at_that_minute_and_nobody_does_anything(self):
        self.publish("2026-07-01T09:00")
        address = Post.objects.get().get_absolute_url()
        for now, status in (
            (datetime(2026, 7, 1, 6, 59, 59, tzinfo=UTC), 404),
            (datetime(2026, 7, 1, 7, tzinfo=UTC), 200),
        ):
            self.now.return_value = now
            self.assertEqual(self.page().get(address).status_code, status)
            self.assertEqual(len(self.page().get("/").context["page"]), status == 200)

    def test_hour_that_the_clocks_leave_out_is_an_error_that_says_so(self):
        response = self.publish("2026-03-29T02:30")
        self.assertEqual(response.status_code, 422)
        self.assertEqual(
            response.context["form"].errors["publish_at"],
            ["The clocks go forward over this time: that day has no 02:30."],
        )
        self.assertEqual(form_on(response, "post-form")["data"]["publish_at"], "2026-03-29T02:30")

    @tag("slow")
    def test_hour_that_comes_twice_is_the_first_and_it_is_said(self):
        client = self.page(self.ada)
        response = self.publish("2026-10-25T02:30", client)
        post = Post.objects.get()
        self.assertEqual(post.published_at, datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
        self.assertContains(client.get(response["Location"]), "comes twice")
        form = form_on(client.get(reverse("post_edit", args=[post.slug])), "post-form")["data"]
        client.post(reverse("post_edit", args=[post.slug]), form)
        self.assertEqual(Post.objects.get().published_at, post.published_at)

    def test_script_may_name_its_offset(self):
        for at in ("2026-07-01T09:00:00+05:00", "2026-07-01T09:00+05"):
            self.publish(at)
        dates = Post.objects.values_list("published_at", flat=True)
        self.assertEqual(list(dates), [datetime(2026, 7, 1, 4, tzinfo=UTC)] * 2)

    def test_others_read_times_by_the_sites_clock(self):
        make_post(self.ada, title="Late", published_at=datetime(2026, 1, 14, 23, 30, tzinfo=UTC))
        self.assertContains(self.page().get("/"), "14 January 2026")
        self.assertContains(self.page(self.ada).get("/"), "15 January 2026")
