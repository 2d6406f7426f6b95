"""The text as readers will see it, while it is written."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.images.tests import pictures
from core.testing.cases import ViewTestCase, both_ways
from core.testing.forms import form_on, send_form
from posts.models import Post, PostImage
from posts.tests.factory import begin_post, make_image, make_post

URL = reverse("post_preview")
TYPED = {"title": "Tides <b>", "content": "Two *books*. <script>alert(1)</script>", "status": "draft"}


class PostPreviewTests(ViewTestCase):
    @both_ways("ada")
    def test_shows_the_rendered_text(self, client):
        response = client.post(URL, TYPED)
        self.assertAnswers(response, client, "posts/post_form.html", "post-preview")
        self.assertContains(response, "<p>Two <em>books</em>. &lt;script&gt;alert(1)&lt;/script&gt;</p>")
        self.assertContains(response, "Tides &lt;b&gt;")
        self.assertFalse(Post.objects.exists())

    def test_page_still_holds_the_form_with_everything_typed_and_saves_from_there(self):
        client = self.page(self.ada)
        picture = SimpleUploadedFile("hills.png", pictures.png())
        preview = client.post(URL, {**TYPED, "featured_image": picture})
        self.assertEqual(form_on(preview, "post-form")["action"], reverse("post_create"))
        send_form(client, preview, "post-form")
        post = Post.objects.get()
        self.assertEqual((post.content, post.title), (TYPED["content"], TYPED["title"]))
        self.assertTrue(post.featured_image)

    def test_page_of_a_saved_post_goes_on_editing_that_one(self):
        post = make_post(self.ada)
        preview = self.page(self.ada).post(f"{URL}?post={post.slug}", TYPED)
        self.assertEqual(form_on(preview, "post-form")["action"], reverse("post_edit", args=[post.slug]))

    def test_page_of_a_draft_that_is_only_begun_goes_on_with_that_one(self):
        post, client = begin_post(self.ada, content="A thought"), self.page(self.ada)
        page = client.get(reverse("post_edit", args=[post.slug]))
        form = form_on(page, "post-form")
        self.assertIn(f'formaction="{URL}?post={post.slug}" hx-post="{URL}?post={post.slug}"', page.text)
        preview = client.post(f"{URL}?post={post.slug}", {**form["data"], **TYPED})
        send_form(client, preview, "post-form", status="published")
        self.assertEqual([one.pk for one in Post.everything.all()], [post.pk])
        preview = client.post(URL, {**form["data"], **TYPED})  # from the form of a new one, which has begun it
        self.assertEqual(form_on(preview, "post-form")["action"], reverse("post_edit", args=["tides-b"]))

    def test_page_under_a_former_address_shows_the_same_post(self):
        post = make_post(self.ada)
        slug, other = post.slug, make_image(self.ben)
        post.slug = "renamed"
        post.save()
        PostImage.objects.create(post=post, image=other)  # which it has had, and may show
        preview = self.htmx(self.ada).post(
            f"{URL}?post={slug}", {**TYPED, "content": f"![a sail](/images/{other.pk})"}
        )
        self.assertContains(preview, f'src="{other.src(960)}"')

    def test_somebody_elses_post_is_not_touched_by_its_name(self):
        post = make_post(self.ada, title="Secret", state="draft")
        preview = self.page(self.ben).post(f"{URL}?post={post.slug}", TYPED)
        self.assertEqual(form_on(preview, "post-form")["action"], reverse("post_create"))
        self.assertNotContains(preview, "Secret")

    def test_nothing_typed_yet(self):
        self.assertContains(self.htmx(self.ada).post(URL, {}), "Untitled", status_code=200)

    def test_signed_out(self):
        self.assertNeedsSignIn(URL, "post")

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "put", "delete")
