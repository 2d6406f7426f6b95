"""The admin for staff: posts, tags, images, people, with search and filters and no query for each row."""

from unittest.mock import patch
from warnings import catch_warnings, simplefilter

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.paginator import UnorderedObjectListWarning
from django.db import connection
from django.test import tag
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.testing.cases import ViewTestCase
from posts.admin import PostAdmin
from posts.models import Post, Tag
from posts.models.address import RESERVED_SLUGS
from posts.tests.factory import make_image, make_post

LIST = reverse("admin:posts_post_changelist")


@tag("slow")
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

    def test_list_loads_no_texts_and_prints_no_authors_but_those_of_its_rows(self):
        get_user_model().objects.create_user("has-written-nothing")
        with CaptureQueriesContext(connection) as captured:
            response = self.page(self.staff).get(LIST)
        self.assertContains(response, "Tides")
        self.assertNotContains(response, "has-written-nothing")
        self.assertNotIn('"posts_post"."content', "".join(query["sql"] for query in captured))

    def test_tags_are_offered_in_order(self):
        field = {"app_label": "posts", "model_name": "post", "field_name": "tags", "term": "coast"}
        with catch_warnings():
            simplefilter("error", UnorderedObjectListWarning)
            found = self.page(self.staff).get(reverse("admin:autocomplete"), field).json()["results"]
        self.assertEqual([tag["text"] for tag in found], ["coast"])

    def test_staff_see_the_trash_too(self):
        response = self.page(self.staff).get(reverse("admin:posts_post_changelist"))
        self.assertEqual(response.context["cl"].result_count, Post.everything.count())

    def test_authors_are_not_staff(self):
        response = self.page(self.ada).get(reverse("admin:index"))
        self.assertEqual(response.status_code, 302)


@tag("slow")
class ChangeTests(ViewTestCase):
    """One post, changed by staff."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.staff = get_user_model().objects.create_superuser("staff", "staff@example.org", "x")
        cls.post = make_post(cls.ada, title="Tides", tags=("coast",))
        cls.url = reverse("admin:posts_post_change", args=[cls.post.pk])

    def setUp(self):
        super().setUp()
        self.client = self.page(self.staff)

    def opened(self, **typed):
        """What the form sends, with `typed` over what it was opened with."""
        initial = self.client.get(self.url).context["adminform"].form.initial
        form = {name: value for name, value in initial.items() if value is not None}
        published_at = {"published_at_0": "2026-01-02", "published_at_1": "03:04:05"}
        return form | published_at | {"tags": [tag.pk for tag in initial["tags"]]} | typed

    def after(self):
        return Post.everything.get(pk=self.post.pk)

    def assertRefused(self, response, sentence):
        self.assertEqual(response.status_code, 200)
        self.assertContains(response, sentence, 1)
        self.assertContains(response, "By the staff.")  # what was typed stays
        self.assertNotEqual(self.after().content, "By the staff.")

    # --- Saving ---------------------------------------------------------------------------------------------

    def test_text_is_rendered_tags_are_kept_and_the_version_moves_on_by_one(self):
        # Its address is not what its name would make.
        tag = Tag.objects.create(name="The sea", slug="sea")
        response = self.client.post(self.url, self.opened(content="*New*", tags=[tag.pk]))
        self.assertRedirects(response, LIST)
        after = self.after()
        self.assertIn("<em>New</em>", after.content_html)
        self.assertEqual(list(after.tags.all()), [tag])
        self.assertEqual(Tag.objects.count(), 2)
        self.assertEqual(after.version, self.post.version + 1)

    def test_post_that_moved_on_is_not_overwritten(self):
        form = self.opened(content="By the staff.")
        post = self.after()
        post.content = "By Ada."
        post = post.revise(tags=())
        for version in ({}, {"opened_version": ""}, {"opened_version": "x"}):
            with self.subTest(version):
                self.assertRefused(self.client.post(self.url, form | version), "Somebody saved this post since")
        self.assertEqual((self.after().content, self.after().version), ("By Ada.", post.version))

    def test_version_is_carried_hidden(self):
        self.assertContains(
            self.client.get(self.url),
            f'<input type="hidden" name="opened_version" value="{self.post.version}" id="id_opened_version">',
            html=True,
        )

    def come_between(self, rival, form):
        """Send `form`; `rival()` acts between its look and its save, and is undone with that, so acts once more."""
        look, looks = PostAdmin.get_object, []

        def get_object(*args):
            if looks:
                rival()
            looks.append(look(*args))
            return looks[-1]

        def save_form(admin, request, form, change):
            rival()
            return form.save(commit=False)

        with patch.object(PostAdmin, "get_object", get_object), patch.object(PostAdmin, "save_form", save_form):
            return self.client.post(self.url, form)

    def test_author_who_comes_between_look_and_save_is_not_overwritten(self):
        response = self.come_between(lambda: self.after().revise(tags=()), self.opened(content="By the staff."))
        self.assertRefused(response, "Somebody saved this post since")

    def test_address_taken_between_look_and_save_is_an_error(self):
        form = self.opened(content="By the staff.", slug="gates")
        response = self.come_between(lambda: make_post(self.ben, title="Gates"), form)
        self.assertRefused(response, "Another post has this address")

    # --- The address ----------------------------------------------------------------------------------------

    def test_address_of_another_post_is_refused_in_the_trash_too(self):
        make_post(self.ben, title="Gates")
        make_post(self.ben, title="Locks").discard()
        for slug in ("gates", "locks"):
            with self.subTest(slug):
                response = self.client.post(self.url, self.opened(content="By the staff.", slug=slug))
                self.assertRefused(response, "Another post has this address")

    def test_reserved_address_is_refused(self):
        for slug in RESERVED_SLUGS:
            with self.subTest(slug):
                response = self.client.post(self.url, self.opened(content="By the staff.", slug=slug))
                self.assertRefused(response, "This address is kept for the site itself.")

    # --- The trash, and what is not done here ---------------------------------------------------------------

    def test_delete_puts_into_the_trash(self):
        url = reverse("admin:posts_post_delete", args=[self.post.pk])
        self.assertNotContains(self.client.get(url), "relationship")
        self.assertRedirects(self.client.post(url, {"post": "yes"}), LIST)
        after = self.after()
        self.assertIsNotNone(after.deleted_at)
        self.assertEqual([tag.name for tag in after.tags.all()], ["coast"])
        self.assertEqual(self.client.post(url, {"post": "yes"}).status_code, 403)

    def test_delete_selected_puts_into_the_trash_and_what_is_there_keeps_its_day(self):
        old = make_post(self.ben, title="Gates")
        old.discard()
        selected = {"action": "delete_selected", "_selected_action": [self.post.pk, old.pk]}
        question = self.client.post(LIST, selected)
        self.assertContains(question, "Tides")
        self.assertNotContains(question, "relationship")
        self.assertRedirects(self.client.post(LIST, selected | {"post": "yes"}), LIST)
        self.assertIsNotNone(self.after().deleted_at)
        self.assertEqual(Post.everything.get(pk=old.pk).deleted_at, old.deleted_at)

    def test_post_in_the_trash_is_looked_at_only(self):
        form = self.opened(content="By the staff.")
        self.after().discard()
        page = self.client.get(self.url)
        self.assertContains(page, "Some text.")
        self.assertNotContains(page, 'name="_save"')
        self.assertNotContains(page, "opened_version")
        self.assertRefused(self.client.post(self.url, form), "This post is in the trash by now")
        self.assertIsNotNone(self.after().deleted_at)

    def test_nothing_is_written_here(self):
        self.assertNotContains(self.client.get(LIST), reverse("admin:posts_post_add"))
        for method in ("get", "post"):
            self.assertEqual(getattr(self.client, method)(reverse("admin:posts_post_add")).status_code, 403)

    def test_staff_who_may_only_look_see_it_and_save_nothing(self):
        self.ben.is_staff = True
        self.ben.save()
        self.ben.user_permissions.add(Permission.objects.get(codename="view_post"))
        page = self.page(self.ben).get(self.url)
        self.assertContains(page, "Some text.")
        self.assertNotContains(page, "opened_version")
        self.assertEqual(self.page(self.ben).post(self.url, self.opened()).status_code, 403)
