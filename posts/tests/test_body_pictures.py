"""Pictures in the text of a post: put there without JavaScript, seen in the preview, asked a description of."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import tag
from django.urls import reverse

from core.images.models import Image
from core.images.stores import StoreError
from core.images.tests import pictures
from core.testing.cases import ViewTestCase, both_ways
from core.testing.fakestore import store
from core.testing.forms import form_on
from posts.models import Post, WorkingCopy
from posts.tests.factory import make_image, make_post

FORM, TEMPLATE = "post-form", "posts/post_form.html"
NEW, KEEP, PREVIEW = reverse("post_create"), reverse("post_autosave", args=["new"]), reverse("post_preview")


def upload(data: bytes | None = None, name: str = "hills.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pictures.png() if data is None else data)


class BodyPictureTests(ViewTestCase):
    def form(self, client, url: str = NEW, **changes) -> dict:
        """What the form sends, with a picture for the text."""
        return form_on(client.get(url), FORM)["data"] | {"body_image": upload()} | changes

    def content(self, response: HttpResponse) -> str:
        return form_on(response, FORM)["data"]["content"]

    # --- Put there --------------------------------------------------------------------------------------------

    @both_ways("ada")
    def test_picture_that_is_sent_with_the_form_stands_at_the_end_of_the_text(self, client):
        typed = self.form(client, title="Hills", content="Grey.\r\n", status="published")
        self.assertWentTo(client.post(NEW, typed), client, "/posts/hills/")
        image, post = Image.objects.get(), Post.objects.get()
        self.assertEqual(post.content, f"Grey.\n\n![](/images/{image.pk})\n")
        self.assertEqual((image.state, post.uses.get().image), (Image.State.STORED, image))

    def test_button_beside_it_keeps_the_words_and_leads_back_to_them(self):
        page = self.page(self.ada)
        button = 'class="button without-script" formaction="' + KEEP
        self.assertContains(page.get(NEW), button)
        response = page.post(KEEP, self.form(page, title="Hills", content="Grey."), follow=True)
        image = Image.objects.get()
        self.assertEqual(self.content(response), f"Grey.\n\n![](/images/{image.pk})\n")
        self.assertContains(response, "The picture is at the end of the text")
        self.assertEqual(WorkingCopy.objects.get().uses.get().image, image)
        self.assertEqual(list(store.pictures), [image.key])

    @tag("slow")
    def test_words_before_it_stay_as_they_are(self):
        image = make_image(self.ada)
        for text, expected in (("    code", "    code\n\n"), ("a  \n\n", "a\n\n"), ("", ""), ("\n", "")):
            self.assertEqual(image.at_end_of(text), f"{expected}{image.markdown}\n")

    def test_post_may_be_a_picture_and_nothing_else(self):
        page = self.page(self.ada)
        page.post(NEW, self.form(page, title="Hills", content="", status="published"))
        self.assertEqual(Post.objects.get().content, Image.objects.get().markdown + "\n")

    @tag("slow")
    @both_ways("ada")
    def test_it_is_in_the_text_by_then_where_another_field_is_wrong(self, client):
        response = client.post(NEW, self.form(client, content="Grey."))
        self.assertAnswers(response, client, TEMPLATE, FORM, 422)
        self.assertEqual(self.content(response), f"Grey.\n\n{Image.objects.get().markdown}\n")

    @tag("slow")
    def test_preview_shows_it_and_the_form_has_it(self):
        page = self.page(self.ada)
        response = page.post(PREVIEW, self.form(page, content="Grey."))
        image = Image.objects.get()
        self.assertEqual(self.content(response), f"Grey.\n\n{image.markdown}\n")
        self.assertContains(response, f"/fakestore/{image.key}/")

    @tag("slow")
    def test_form_that_is_sent_twice_with_one_picture_is_saved_once(self):
        page = self.page(self.ada)
        typed = self.form(page, title="Hills", content="Grey.", status="published")
        for _ in range(2):
            response = page.post(NEW, typed | {"body_image": upload()}, follow=True)
        self.assertNotContains(response, "nothing was saved")
        post = Post.objects.get()
        self.assertEqual((post.version, post.content.count("![]")), (1, 1))
        page.post(NEW, typed | {"body_image": upload(pictures.jpeg())})  # another picture is another save
        self.assertEqual(Post.objects.get().version, 2)

    @tag("slow")
    def test_words_and_picture_outlive_the_login(self):
        page = self.page(self.ada)
        typed = self.form(page, title="Hills", content="Grey.")
        self.page().post(NEW, typed)
        self.assertEqual(WorkingCopy.objects.get().content, f"Grey.\n\n{Image.objects.get().markdown}\n")

    # --- What goes wrong --------------------------------------------------------------------------------------

    @both_ways("ada")
    def test_what_is_no_picture_is_refused_beside_its_field_and_the_text_stays(self, client):
        for url in (NEW, KEEP):
            typed = self.form(client, title="Hills", content="Grey.", body_image=upload(b"no picture"))
            response = client.post(url, typed)
            self.assertAnswers(response, client, TEMPLATE, FORM, 422)
            self.assertEqual(list(response.context["form"].errors), ["body_image"])
            self.assertContains(response, 'id="id_body_image_error"', 1, status_code=422)
            self.assertEqual(self.content(response), "Grey.")
        self.assertFalse(Post.everything.exists() or Image.objects.exists())

    @tag("slow")
    def test_store_that_does_not_answer_is_told_of_and_stops_nothing(self):
        page = self.page(self.ada)
        for url in (KEEP, NEW):
            with self.subTest(url):
                store.fail_next(StoreError("503"))
                typed = self.form(page, title="Hills", content="Grey.", status="draft")
                self.assertContains(page.post(url, typed, follow=True), "kept here and sent later")
        self.assertEqual(Image.objects.waiting().count(), 2)

    @tag("slow")
    def test_store_that_does_not_answer_is_waited_for_once_in_a_request(self):
        store.fail_next(StoreError("503"))
        page = self.page(self.ada)
        typed = self.form(page, title="Hills", content="Grey.", status="draft", featured_image=upload(name="lead.png"))
        self.assertEqual(page.post(NEW, typed).status_code, 302)
        self.assertEqual(([call for call, _ in store.calls], Image.objects.waiting().count()), (["put"], 2))

    # --- Descriptions -----------------------------------------------------------------------------------------

    def asked(self, content: str, status: str = "published") -> str:
        """What is said after a save."""
        post, page = make_post(self.ada, state="draft"), self.page(self.ada)
        url = reverse("post_edit", args=[post.slug])
        typed = form_on(page.get(url), FORM)["data"] | {"content": content, "status": status}
        return page.post(url, typed, follow=True).text

    @tag("slow")
    def test_picture_without_description_is_asked_for_it_and_told_why(self):
        image = make_image(self.ada)
        said = self.asked(image.markdown)
        self.assertIn("A picture in the text has no description yet", said)
        self.assertIn("for those who cannot see it", said)
        self.assertIn("2 pictures in the text have", self.asked(image.markdown + "\n\n" + image.markdown))
        for alt in ("Hills", "decorative"):
            self.assertNotIn("no description yet", self.asked(image.markdown.replace("[]", f"[{alt}]")))
        self.assertNotIn("no description yet", self.asked(image.markdown, status="draft"))

    @tag("slow")
    def test_picture_that_is_not_the_authors_is_told_of(self):
        for image in (make_image(self.ben), make_image(self.ada, state=Image.State.DELETING)):
            self.assertIn("not kept any more, or is not yours", self.asked(image.markdown))
        self.assertNotIn("not kept any more", self.asked(make_image(self.ada).markdown))

    @tag("slow")
    def test_my_posts_name_the_post_whose_picture_lacks_a_description(self):
        image = make_image(self.ada)
        lacking = make_post(self.ada, content=f"Grey.\n\n{image.markdown}")
        make_post(self.ada, content=image.markdown.replace("[]", "[Hills]"))
        said = f'href="{reverse("post_edit", args=[lacking.slug])}#id_content">Picture lacks a description'
        response = self.page(self.ada).get(reverse("my_posts"))
        self.assertContains(response, said)
        self.assertContains(response, "lacks a description", 1)
