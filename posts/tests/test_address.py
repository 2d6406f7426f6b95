"""Every address that a post has had leads to it for ever, and is nobody else's."""

from django.db import IntegrityError, transaction
from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways, three_ways
from core.testing.forms import form_on, send_form
from posts.models import Post
from posts.tests.factory import make_post, make_posts

FOUR = {"title": "Tides", "content": "x", "status": "published"}


class PlanTests(ViewTestCase):
    def test_post_is_found_by_its_address_however_many_its_author_has_written(self):
        plan = Post.objects.editable_by(self.ada).at("tides").explain()
        self.assertNotIn("(author_id=?)", plan)  # as SQLite says that it reads all of an author's


class AddressTests(ViewTestCase):
    def move(self, post, slug):
        client = self.page(self.ada)
        send_form(client, client.get(reverse("post_edit", args=[post.slug])), "post-form", slug=slug)
        post.refresh_from_db()

    @three_ways()
    def test_old_addresses_redirect_to_the_new_one(self, client):
        post = make_post(self.ada, slug="one")
        self.move(post, "two")
        self.move(post, "three")
        for slug in ("one", "two"):
            response = client.get(reverse("post_detail", args=[slug]))
            self.assertEqual((response.status_code, response["Location"]), (301, "/posts/three/"))
            self.assertIn("no-cache" if client.way == "partial" else "public, max-age=0", response["Cache-Control"])
            self.assertVaries(response)
            self.assertEqual(client.head(reverse("post_detail", args=[slug]))["Location"], "/posts/three/")

    @both_ways("ada")
    def test_author_writes_on_under_an_old_one(self, client):
        post = make_post(self.ada, slug="one")
        self.move(post, "two")
        sent = form_on(self.page(self.ada).get(reverse("post_edit", args=["one"])), "post-form")["data"]
        self.assertWentTo(
            client.post(reverse("post_edit", args=["one"]), sent | {"content": "More."}), client, "/posts/two/"
        )
        self.assertEqual(Post.objects.get().content, "More.")

    @tag("slow")
    def test_what_other_sites_show_is_found_under_old_addresses_too(self):
        post = make_post(self.ada, slug="one")
        self.move(post, "two")
        response = self.page().get(reverse("post_social", args=["one"]))
        self.assertEqual((response.status_code, response["Content-Type"]), (200, "image/png"))

    @tag("slow")
    def test_post_may_go_back_to_an_address_of_its_own(self):
        post = make_post(self.ada, slug="one")
        self.move(post, "two")
        self.move(post, "one")
        self.assertEqual(self.page().get("/posts/one/").status_code, 200)
        self.assertEqual(self.page().get("/posts/two/")["Location"], "/posts/one/")

    @tag("slow")
    def test_address_of_what_was_saved_by_no_form_counts_too(self):
        [post] = make_posts(self.ada, 1, slug="bulk")
        self.move(post, "two")
        self.assertEqual(self.page().get("/posts/bulk/")["Location"], "/posts/two/")

    @tag("slow")
    def test_nobody_takes_it(self):
        self.move(make_post(self.ada, slug="tides"), "moved")
        ben = self.page(self.ben)
        response = ben.post(reverse("post_create"), FOUR | {"slug": "tides"})
        self.assertEqual(response.context["form"].errors, {"slug": ["Another post has, or had, this address."]})
        self.assertEqual(ben.post(reverse("post_create"), FOUR)["Location"], "/posts/tides-2/")
        with self.assertRaises(IntegrityError), transaction.atomic():
            make_post(self.ben, slug="tides")

    @tag("slow")
    def test_old_address_of_a_draft_is_its_authors_alone(self):
        post = make_post(self.ada, slug="one", state="draft")
        self.move(post, "two")
        self.assertHidden("/posts/one/", None, self.ben)
        self.assertEqual(self.page(self.ada).get("/posts/one/")["Location"], "/posts/two/")

    @tag("slow")
    def test_form_that_was_open_when_the_address_changed_is_saved(self):
        post, client = make_post(self.ada, slug="one"), self.page(self.ada)
        page = client.get(reverse("post_edit", args=["one"]))
        self.move(post, "two")
        self.assertEqual(send_form(client, page, "post-form", content="New.")["Location"], "/posts/two/")
        self.assertEqual(Post.objects.get().content, "New.")

    @tag("slow")
    def test_addresses_of_a_draft_go_with_it(self):
        post = make_post(self.ada, slug="one", state="draft")
        self.move(post, "two")
        post.delete()
        self.assertEqual(make_post(self.ben, slug="one").slug, "one")

    @tag("slow")
    def test_address_that_a_removed_post_has_left_is_its_authors_alone(self):
        make_post(self.ada, slug="tides")
        Post.objects.all().delete()
        response = self.page(self.ben).post(reverse("post_create"), FOUR | {"slug": "tides"})
        self.assertEqual(response.context["form"].errors, {"slug": ["Another post has, or had, this address."]})
        response = self.page(self.ada).post(reverse("post_create"), FOUR | {"slug": "tides"})
        self.assertEqual(response["Location"], "/posts/tides/")
        self.assertEqual(self.page().get("/posts/tides/").status_code, 200)
