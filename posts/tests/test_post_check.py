"""One field of the form, checked while it is written."""

from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Post
from posts.tests.factory import make_post


def url(name: str, post: Post | None = None) -> str:
    return reverse("post_check", kwargs={"name": name} | ({"slug": post.slug} if post else {}))


class PostCheckTests(ViewTestCase):
    @both_ways("ada")
    def test_wrong_field_comes_back_with_its_error_and_its_text(self, client):
        typed = {"title": "Fine", "content": "", "tags": "t" * 41}
        response = client.post(url("tags"), typed)
        if client.way == "partial":
            self.assertPartial(response, "partials/field.html", 422, top="field-tags")
            self.assertNotContains(response, "Write something first.", status_code=422)
        else:
            self.assertPage(response, "posts/post_form.html", 422)
        self.assertContains(response, "is too long for a tag", status_code=422)
        self.assertContains(
            response, 'aria-invalid="true" aria-describedby="id_tags_helptext id_tags_error"', status_code=422
        )
        self.assertContains(response, "t" * 41, status_code=422)

    def test_right_field_comes_back_quiet_whatever_is_wrong_elsewhere(self):
        response = self.htmx(self.ada).post(url("title"), {"title": "Fine", "content": ""})
        self.assertPartial(response, "partials/field.html", top="field-title")
        self.assertNotContains(response, "aria-invalid")
        self.assertContains(response, 'hx-trigger="change"')

    def test_once_wrong_it_is_checked_at_every_key_until_it_is_right(self):
        response = self.htmx(self.ada).post(url("title"), {"title": ""})
        self.assertContains(response, 'hx-trigger="input changed delay:300ms, change"', status_code=422)

    def test_address_of_the_post_itself_is_free_for_it(self):
        mine, other = make_post(self.ada), make_post(self.ada)
        for typed, status in ((mine.slug, 200), (other.slug, 422)):
            response = self.htmx(self.ada).post(url("slug", mine), {"slug": typed})
            self.assertEqual(response.status_code, status)

    def test_nothing_is_saved(self):
        post = make_post(self.ada, title="Before")
        self.htmx(self.ada).post(url("title", post), {"title": "After", "content": "x", "status": "published"})
        self.assertEqual(Post.objects.get().title, "Before")

    def test_unknown_field_is_404(self):
        self.assertHidden(url("author"), self.ada, methods=("post",))

    def test_others_cannot_tell_that_it_exists(self):
        self.assertHidden(url("title", make_post(self.ada)), self.ben, methods=("post",))

    def test_signed_out(self):
        self.assertNeedsSignIn(url("title"), "post")

    def test_wrong_methods(self):
        self.assertRefuses(url("title"), self.ada, "get", "put")
