"""The admin for staff: posts, tags, images, people, with search and filters and no query for each row."""

from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.testing.cases import ViewTestCase
from posts.models import Post, Tag
from posts.tests.factory import make_image, make_post


class AdminTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.staff = get_user_model().objects.create_superuser("staff", "staff@example.org", "x")
        make_post(cls.ada, title="Tides", tags=("coast",), featured_image=make_image(cls.ada))
        make_post(cls.ben, title="Gates").discard()

    def test_lists_search_and_show(self):
        client = self.page(self.staff)
        for model, query in (
            ("posts_post", "tides"),
            ("posts_tag", "coast"),
            ("images_image", "ada"),
            ("accounts_user", "ada"),
        ):
            with self.subTest(model):
                response = client.get(reverse(f"admin:{model}_changelist"), {"q": query})
                self.assertEqual(response.context["cl"].result_count, 1)
                pk = response.context["cl"].queryset.get().pk
                self.assertEqual(client.get(reverse(f"admin:{model}_change", args=[pk])).status_code, 200)

    def test_as_many_queries_for_many_rows_as_for_one(self):
        client = self.page(self.staff)
        for model in ("posts_post", "posts_tag", "images_image", "accounts_user"):
            url = reverse(f"admin:{model}_changelist")
            with self.subTest(model):
                with CaptureQueriesContext(connection) as few:
                    client.get(url)
                for number in range(3):
                    user = get_user_model().objects.create_user(f"{model}{number}")
                    make_post(user, tags=(f"{model}{number}",), featured_image=make_image(user))
                with CaptureQueriesContext(connection) as many:
                    client.get(url)
                self.assertEqual(len(many), len(few))

    def test_staff_see_the_trash_too(self):
        response = self.page(self.staff).get(reverse("admin:posts_post_changelist"))
        self.assertEqual(response.context["cl"].result_count, Post.everything.count())

    def test_text_changed_by_staff_is_rendered_and_its_version_moves_on(self):
        post = Post.objects.get()
        url = reverse("admin:posts_post_change", args=[post.pk])
        page = self.page(self.staff).get(url)
        form = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
        form |= {
            "content": "*New*",
            "published_at_0": "2026-01-02",
            "published_at_1": "03:04:05",
            "tags": [Tag.objects.get().pk],
            "author": self.ada.pk,
        }
        response = self.page(self.staff).post(url, form)
        self.assertEqual(response.status_code, 302, getattr(response, "context", None) and response.context["errors"])
        after = Post.objects.get()
        self.assertIn("<em>New</em>", after.content_html)
        self.assertEqual(after.version, post.version + 1)

    def test_authors_are_not_staff(self):
        response = self.page(self.ada).get(reverse("admin:index"))
        self.assertEqual(response.status_code, 302)
