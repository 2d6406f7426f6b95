"""Writing a new post."""

from datetime import datetime, timedelta
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import tag
from django.urls import reverse
from django.utils import timezone

from core.images.models import Image
from core.images.tests import pictures
from core.testing.cases import ViewTestCase, both_ways, three_ways
from core.testing.fakestore import store
from core.testing.forms import form_on, send_form
from posts.models import Post
from posts.tests.factory import make_post, make_posts

URL = reverse("post_create")
TEMPLATE, PARTIAL = "posts/post_form.html", "post-form"
FOUR = {"title": "The long way round", "content": "Forty kilometres.", "status": "published"}


def upload(data: bytes | None = None, name: str = "hills.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pictures.png() if data is None else data)


class PostCreateTests(ViewTestCase):
    @three_ways("ada")
    def test_form(self, client):
        self.assertAnswers(client.get(URL), client, TEMPLATE, PARTIAL)

    @both_ways("ada")
    def test_four_fields_make_a_post(self, client):
        response = client.post(URL, {**FOUR, "featured_image": upload()})
        post = Post.objects.get()
        self.assertWentTo(response, client, "/posts/the-long-way-round/")
        self.assertEqual((post.title, post.content, post.author), (FOUR["title"], FOUR["content"], self.ada))
        self.assertEqual(post.status, "published")
        self.assertEqual(list(store.pictures), [post.featured_image.key])

    @both_ways("ada")
    def test_without_a_picture_it_is_falsy(self, client):
        client.post(URL, FOUR)
        self.assertFalse(Post.objects.get().featured_image)

    @both_ways("ada")
    def test_draft_is_not_published(self, client):
        client.post(URL, FOUR | {"status": "draft"})
        self.assertEqual((Post.objects.get().status, Post.objects.get().published_at), ("draft", None))

    @both_ways("ada")
    def test_everything_else_is_kept_too(self, client):
        extra = {
            "tags": " Coast, #walking ، coast,, ",
            "excerpt": "Why nobody asked for a bridge.",
            "slug": "The Estuary!",
            "publish_at": "2024-03-01T09:30",
            "image_alt": "Hills",
            "image_decorative": "on",
        }
        client.post(URL, FOUR | extra)
        post = Post.objects.get()
        self.assertEqual(sorted(tag.slug for tag in post.tags.all()), ["coast", "walking"])
        self.assertEqual((post.excerpt, post.summary), (extra["excerpt"], extra["excerpt"]))
        self.assertEqual(post.slug, "the-estuary")
        self.assertEqual(post.published_at, timezone.make_aware(datetime(2024, 3, 1, 9, 30)))
        self.assertEqual((post.image_alt, post.image_decorative), ("Hills", True))

    @both_ways("ada")
    def test_time_ahead_schedules_it(self, client):
        at = timezone.now() + timedelta(days=3)
        client.post(URL, FOUR | {"publish_at": at.strftime("%Y-%m-%dT%H:%M")})
        self.assertEqual(Post.objects.get().status, "scheduled")
        self.assertEqual(self.page().get(Post.objects.get().get_absolute_url()).status_code, 404)

    @both_ways("ada")
    def test_each_wrong_field_says_what_is_wrong_and_everything_typed_is_kept(self, client):
        typed = {
            "title": "A title that stays",
            "content": "  ",
            "status": "neither",
            "publish_at": "soon",
            "tags": ", ".join(f"tag{number}" for number in range(11)),
            "excerpt": "e" * 301,
            "slug": "new",
        }
        response = client.post(URL, typed)
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertEqual(
            response.context["form"].errors,
            {
                "content": ["Write something first."],
                "status": ["Select a valid choice. neither is not one of the available choices."],
                "publish_at": ["Write the time as in 2026-11-21 09:00."],
                "tags": ["At most 10 tags; these are 11."],
                "excerpt": ["Ensure this value has at most 300 characters (it has 301)."],
                "slug": ["This address is kept for the site itself."],
            },
        )
        kept = form_on(response, PARTIAL)["data"]
        for name in ("title", "publish_at", "tags", "excerpt", "slug"):
            self.assertEqual(kept[name], typed[name])
        self.assertFalse(Post.objects.exists())

    @both_ways("ada")
    def test_untitled_post_is_refused_with_its_text_kept(self, client):
        response = client.post(URL, {"title": " ", "content": "Many words.", "status": "draft"})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertContains(response, "Give the post a title.", status_code=422)
        self.assertEqual(form_on(response, PARTIAL)["data"]["content"], "Many words.")

    @both_ways("ada")
    def test_picture_survives_a_form_that_fails_on_another_field(self, client):
        failed = client.post(URL, {**FOUR, "title": "", "featured_image": upload()})
        self.assertEqual(failed.status_code, 422)
        self.assertEqual(store.calls, [], "nothing is sent to the store before the form is right")
        saved = send_form(client, failed, PARTIAL, title="Now it has one")
        post = Post.objects.get()
        self.assertWentTo(saved, client, post.get_absolute_url())
        self.assertEqual(list(store.pictures), [post.featured_image.key])
        self.assertEqual(post.featured_image.state, Image.State.STORED)

    @tag("slow")
    @both_ways("ada")
    def test_held_picture_can_be_taken_away_again(self, client):
        failed = client.post(URL, {**FOUR, "title": "", "featured_image": upload()})
        send_form(client, failed, PARTIAL, title="Without it", **{"featured_image-clear": "on"})
        self.assertIsNone(Post.objects.get().featured_image)

    @both_ways("ada")
    def test_what_is_no_picture_is_refused_with_everything_typed_kept(self, client):
        for name, data in {
            "empty.jpg": b"",
            "half.jpg": pictures.half_jpeg(),
            "bomb.png": pictures.bomb_png(13000, 13000),
            "drawing.svg": pictures.svg(),
            "phone.heic": pictures.heic(),
            "paper.pdf": pictures.pdf(),
            "text.jpg": b"just a text",
        }.items():
            with self.subTest(name):
                response = client.post(URL, {**FOUR, "featured_image": upload(data, name)})
                self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
                self.assertEqual(list(response.context["form"].errors), ["featured_image"])
                self.assertEqual(len(response.context["form"].errors["featured_image"]), 1)
                self.assertEqual(form_on(response, PARTIAL)["data"]["content"], FOUR["content"])
        self.assertFalse(Post.objects.exists())
        self.assertFalse(Image.objects.exists())

    @tag("slow")
    @both_ways("ada")
    def test_held_picture_survives_a_second_choice_that_is_none(self, client):
        failed = client.post(URL, {**FOUR, "title": "", "featured_image": upload()})
        kept = form_on(failed, PARTIAL)["data"]["featured_image_held"]
        form = form_on(failed, PARTIAL)["data"] | {"title": "Titled", "featured_image": upload(b"no picture")}
        again = client.post(URL, form)
        self.assertEqual(again.status_code, 422)
        self.assertEqual(form_on(again, PARTIAL)["data"]["featured_image_held"], kept)

    @tag("slow")
    def test_forty_megabytes_are_refused_with_everything_typed_kept(self):
        file = upload(b"\x89PNG\r\n\x1a\n" + bytes(40 * 1024 * 1024), "large.png")
        response = self.page(self.ada).post(URL, {**FOUR, "featured_image": file})
        self.assertEqual(
            response.context["form"].errors["featured_image"], ["The file is 40.1 MB; the limit is 10 MB."]
        )
        self.assertEqual(form_on(response, PARTIAL)["data"]["content"], FOUR["content"])

    @tag("slow")
    def test_somebody_elses_held_picture_cannot_be_taken(self):
        failed = self.page(self.ben).post(URL, {**FOUR, "title": "", "featured_image": upload()})
        token = form_on(failed, PARTIAL)["data"]["featured_image_held"]
        for stolen in (token, token[:-1] + "x", "nonsense"):
            with self.subTest(stolen):
                response = self.page(self.ada).post(URL, FOUR | {"featured_image_held": stolen})
                self.assertEqual(response.status_code, 422)
                self.assertIn("choose it again", response.context["form"].errors["featured_image"][0])

    @both_ways("ada")
    def test_same_form_sent_five_times_makes_one_post(self, client):
        page = self.page(self.ada).get(URL)
        answers = [send_form(client, page, PARTIAL, **FOUR) for _ in range(5)]
        post = Post.objects.get()
        for answer in answers:
            self.assertWentTo(answer, client, post.get_absolute_url())

    @tag("slow")
    @both_ways("ada")
    def test_other_words_under_a_used_token_are_one_more_save_of_the_one_post(self, client):
        page = client.get(URL)
        send_form(client, page, PARTIAL, **FOUR)
        response = send_form(client, page, PARTIAL, **FOUR | {"content": "Written after Back."})
        self.assertWentTo(response, client, "/posts/the-long-way-round/")
        post = Post.objects.get()
        self.assertEqual(post.content, "Written after Back.")
        self.assertEqual([one.content for one in post.revisions.order_by("number")], [FOUR["content"], post.content])
        send_form(client, page, PARTIAL, **FOUR)  # the first one again, come late
        self.assertEqual((Post.objects.get().content, post.revisions.count()), ("Written after Back.", 2))

    def test_form_sent_again_after_its_post_went_to_the_trash(self):
        client = self.page(self.ada)
        page = client.get(URL)
        send_form(client, page, PARTIAL, **FOUR)
        Post.objects.get().discard()
        self.assertRedirects(send_form(client, page, PARTIAL, **FOUR), reverse("trash"))

    @tag("slow")
    def test_picture_of_a_form_sent_again_is_sent_once(self):
        client = self.page(self.ada)
        form = form_on(client.get(URL), PARTIAL)["data"] | FOUR
        for _ in range(3):
            client.post(URL, form | {"featured_image": upload()})
        self.assertEqual([call for call, _ in store.calls], ["put"])

    @tag("slow")
    def test_picture_that_goes_while_the_post_is_saved_costs_no_text(self):
        failed = self.page(self.ada).post(URL, {**FOUR, "title": "", "featured_image": upload()})
        with patch("core.images.models.ImageQuerySet.attach", autospec=True, return_value=set()):
            response = send_form(self.page(self.ada), failed, PARTIAL, title="Titled")
        self.assertEqual(response.status_code, 422)
        self.assertIn("choose it again", response.context["form"].errors["featured_image"][0])
        self.assertEqual(form_on(response, PARTIAL)["data"]["content"], FOUR["content"])

    def test_address_taken_while_the_post_is_saved_costs_no_text(self):
        make_post(self.ben, title="Taken")
        with patch("posts.forms.PostForm.clean_slug", autospec=True, return_value="taken"):
            response = self.page(self.ada).post(URL, FOUR | {"slug": "taken"})
        self.assertEqual(response.context["form"].errors, {"slug": ["Another post has, or had, this address."]})

    @tag("slow")
    def test_values_at_the_edge_are_refused_with_a_sentence(self):
        for name, value in (
            ("publish_at", "0001-01-01T00:00"),
            ("publish_at", "9999-12-31T23:59"),
            ("version", str(2**63)),
            ("slug", "ﷺ" * 100),
            ("tags", "ﷺ" * 40),
            ("title", "\u200b\u202e"),
            ("content", "x" * 1_000_001),
            ("content", "zero \0 byte"),
        ):
            with self.subTest(name, value=value[:20]):
                response = self.page(self.ada).post(URL, FOUR | {name: value})
                self.assertEqual(response.status_code, 422)
                self.assertEqual(list(response.context["form"].errors), [name])

    def test_draft_with_a_time_is_told_that_it_keeps_none(self):
        data = FOUR | {"status": "draft", "publish_at": "2030-01-01T10:00"}
        self.assertContains(self.page(self.ada).post(URL, data, follow=True), "A draft keeps no time")

    def test_same_token_of_two_authors_is_two_posts(self):
        form = form_on(self.page(self.ada).get(URL), PARTIAL)["data"] | FOUR
        self.page(self.ada).post(URL, form)
        self.page(self.ben).post(URL, form)
        self.assertEqual(Post.objects.count(), 2)

    @tag("slow")
    def test_titles_without_latin_letters_have_addresses(self):
        for title, slug in {
            "Στα Φανάρια": "στα-φανάρια",
            "長い 道": "長い-道",
            "!!!": "post",
            "New": "new-2",
            "Preview": "preview-2",
            "x" * 200: "x" * 80,
            "long words " * 18: "long-words-long-words-long-words-long-words-long-words-long-words-long-words",
        }.items():
            with self.subTest(title):
                response = self.page(self.ada).post(URL, FOUR | {"title": title})
                self.assertEqual(response.status_code, 302)
                self.assertTrue(Post.objects.filter(slug=slug).exists(), list(Post.objects.values_list("slug")))
                self.assertEqual(self.page().get(response["Location"]).status_code, 200)

    def test_five_hundredth_post_of_one_title_is_saved_with_one_look(self):
        first, *others = make_posts(self.ada, 12, title=FOUR["title"])
        for number, post in enumerate([first, *others], 1):
            slug = "the-long-way-round" if number == 1 else f"the-long-way-round-{number}"
            Post.objects.filter(pk=post.pk).update(slug=slug)
        for _ in range(3):
            self.assertEqual(self.page(self.ada).post(URL, FOUR).status_code, 302)
        made = set(Post.objects.filter(slug__regex=r"^the-long-way-round-[a-z0-9]{6}$"))
        self.assertEqual(len(made), 3)

    def test_slug_taken_between_look_and_save_is_passed_over(self):
        make_post(self.ben, title=FOUR["title"])
        post = Post(title=FOUR["title"], content="x", author=self.ada)
        post._free_slugs = lambda: iter(["the-long-way-round", "the-long-way-round-2"])
        post.save()
        self.assertEqual(post.slug, "the-long-way-round-2")

    def test_address_typed_by_hand_must_be_free(self):
        taken = make_post(self.ben, state="draft")
        taken.discard()
        response = self.page(self.ada).post(URL, FOUR | {"slug": taken.slug})
        self.assertEqual(response.context["form"].errors, {"slug": ["Another post has, or had, this address."]})

    def test_missing_description_is_asked_for_and_blocks_nothing(self):
        response = self.page(self.ada).post(URL, {**FOUR, "featured_image": upload()}, follow=True)
        self.assertContains(response, "The picture has no description yet")

    def test_signed_out(self):
        self.assertNeedsSignIn(URL)
        self.assertNeedsSignIn(URL, "post")

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "put", "delete", "patch")
