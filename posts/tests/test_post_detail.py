"""One post, as readers see it."""

import re
from datetime import timedelta

from django.utils import timezone

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Post
from posts.tests.factory import make_image, make_post


class PostDetailTests(ViewTestCase):
    @three_ways()
    def test_everybody_reads_what_is_published(self, client):
        post = make_post(self.ada, title="The estuary", content="It is *forty* kilometres.", tags=("coast",))
        response = client.get(post.get_absolute_url())
        self.assertAnswers(response, client, "posts/post_detail.html", "post")
        self.assertContains(response, "<h1>The estuary</h1>")
        self.assertContains(response, "<p>It is <em>forty</em> kilometres.</p>")
        self.assertContains(response, 'href="/tags/coast/"')
        self.assertContains(response, 'href="/authors/ada/"')
        self.assertNotContains(response, "/edit/")

    @three_ways("ada")
    def test_author_sees_a_draft_marked_as_one(self, client):
        post = make_post(self.ada, state="draft")
        response = client.get(post.get_absolute_url())
        self.assertContains(response, 'data-state="draft"')
        self.assertContains(response, f"{post.get_absolute_url()}edit/")
        if client.way != "partial":
            self.assertContains(response, '<meta name="robots" content="noindex">')

    def test_others_cannot_tell_that_a_draft_or_a_scheduled_post_exists(self):
        for state in ("draft", "scheduled"):
            self.assertHidden(make_post(self.ada, state=state).get_absolute_url(), self.ben, self.cleo, None)

    def test_foreign_draft_and_no_post_answer_with_the_same_page(self):
        draft = make_post(self.ada, title="Secret plan", state="draft")
        pages = [self.page(self.ben).get(url) for url in (draft.get_absolute_url(), "/posts/no-such-post/")]
        draft_page, no_page = (re.sub(r'value="\w{64}"', "", page.text) for page in pages)
        self.assertEqual(draft_page, no_page)

    def test_scheduled_post_is_public_from_its_minute_on(self):
        post = make_post(self.ada, published_at=timezone.now() + timedelta(hours=1))
        self.assertEqual(self.page().get(post.get_absolute_url()).status_code, 404)
        type(post).objects.filter(pk=post.pk).update(published_at=timezone.now())
        self.assertEqual(self.page().get(post.get_absolute_url()).status_code, 200)

    def test_picture_has_its_description_and_its_size(self):
        post = make_post(self.ada, featured_image=make_image(self.ada), image_alt='A "red" sun')
        response = self.page().get(post.get_absolute_url())
        self.assertContains(response, 'alt="A &quot;red&quot; sun"')
        self.assertContains(response, 'width="1200" height="800"')

    def test_row_that_save_did_not_write_is_rendered_when_it_is_read(self):
        row = Post(title="T", slug="t", content="It is *forty*.", author=self.ada, published_at=timezone.now())
        Post.objects.bulk_create([row])
        self.assertContains(self.page().get("/posts/t/"), "<p>It is <em>forty</em>.</p>")
        post = Post.objects.get()
        post.content = "It is **fifty**."
        post.save(update_fields=["content"])
        self.assertContains(self.page().get("/posts/t/"), "<strong>fifty</strong>")

    def test_zero_byte_in_an_address_is_404(self):
        for path in ("/posts/a%00/", "/posts/a%00/edit/", "/tags/%00/", "/authors/%00/"):
            self.assertHidden(path, self.ada)
        self.assertEqual(self.page(self.ada).get("/me/posts/?q=%00").status_code, 200)

    def test_post_in_the_trash_is_gone(self):
        post = make_post(self.ada)
        post.discard()
        self.assertHidden(post.get_absolute_url(), self.ada, None)

    def test_head_answers_without_a_body(self):
        response = self.page().head(make_post(self.ada).get_absolute_url())
        self.assertEqual((response.status_code, response.content), (200, b""))

    def test_wrong_methods(self):
        self.assertRefuses(make_post(self.ada).get_absolute_url(), self.ada, "post", "delete")
