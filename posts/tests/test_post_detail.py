"""One post, as readers see it."""

import re
from datetime import timedelta
from unittest.mock import patch

from django.db import connection
from django.test import tag
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.testing.cases import ViewTestCase, three_ways
from posts.models import Address, Post, Tag
from posts.tests.factory import make_image, make_post, make_posts


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

    @three_ways()
    def test_what_was_public_and_is_deleted_says_so(self, client):
        post = make_post(self.ada, title="Tides")
        Address.objects.claim("old", post)
        post.discard()
        for _ in ("in the trash", "removed for good"):
            for slug in ("tides", "old"):
                response = client.get(f"/posts/{slug}/")
                self.assertAnswers(response, client, "posts/post_gone.html", "post-gone", 410)
                self.assertContains(response, "This post was removed", status_code=410)
                self.assertNotContains(response, "trash", status_code=410)
            Post.trash.all().delete()
        make_post(self.ada, title="Tides")
        self.assertEqual(client.get("/posts/tides/").status_code, 200)

    def test_what_is_begun_at_the_address_of_a_removed_post_shows_when_it_is_public(self):
        make_post(self.ada, title="Tides").delete()
        draft = make_post(self.ada, title="Tides", state="draft")
        self.assertEqual(draft.slug, "tides")
        self.assertEqual(self.page().get("/posts/tides/").status_code, 410)
        self.assertEqual(self.page(self.ada).get("/posts/tides/").status_code, 200)
        draft.delete()
        self.assertEqual(self.page().get("/posts/tides/").status_code, 410)
        make_post(self.ada, title="Tides")
        self.assertEqual(self.page().get("/posts/tides/").status_code, 200)

    @three_ways("ada")
    def test_author_is_told_that_it_is_in_her_trash(self, client):
        for state in ("live", "draft"):
            post = make_post(self.ada, state=state)
            post.discard()
            response = client.get(post.get_absolute_url())
            self.assertAnswers(response, client, "posts/post_gone.html", "post-gone", 410)
            self.assertContains(response, 'href="/me/trash/"', status_code=410)

    def test_others_cannot_tell_that_a_draft_was_deleted(self):
        for state in ("draft", "scheduled"):
            post = make_post(self.ada, state=state)
            post.discard()
            self.assertHidden(post.get_absolute_url(), None, self.ben)
            post.delete()
            self.assertEqual(self.page(self.ada).get(post.get_absolute_url()).status_code, 404)

    def test_others_cannot_tell_what_was_to_be_published_when_it_lay_in_the_trash(self):
        now = timezone.now()
        post = make_post(self.ada, published_at=now + timedelta(hours=1))
        post.discard()
        with patch("django.utils.timezone.now", lambda: now + timedelta(hours=2)):
            self.assertHidden(post.get_absolute_url(), None, self.ben)
            post = Post.trash.get()
            self.assertFalse(post.was_public)
            post.restore()
            Post.objects.get().publish()
            self.assertEqual(Post.objects.get().published_at, timezone.now())  # and not when it should have been

    def test_head_answers_without_a_body(self):
        response = self.page().head(make_post(self.ada).get_absolute_url())
        self.assertEqual((response.status_code, response.content), (200, b""))

    def test_long_text_has_a_table_of_contents(self):
        text = "".join(f"## Part {number}\n\n{'estuary ' * 400}\n\n" for number in range(3))
        response = self.page().get(make_post(self.ada, content=text).get_absolute_url())
        self.assertContains(response, '<a href="#h-part-1">Part 1</a>')
        self.assertContains(response, '<h2 id="h-part-1">')
        short = make_post(self.ada, content=text.replace("estuary ", ""))
        self.assertNotContains(self.page().get(short.get_absolute_url()), 'class="contents"')

    @three_ways()
    def test_post_in_another_language_says_so_and_the_page_around_it_too(self, client):
        post = make_post(self.ada, title="المد", content="والجزر.", language="ar")
        make_post(self.ada, title="Ebbe", language="de")
        response = client.get(post.get_absolute_url())
        self.assertContains(response, '<article class="post" id="post" lang="ar" dir="rtl">')
        self.assertContains(response, '<footer class="post-end" lang="en" dir="ltr">')
        self.assertContains(response, '<span aria-hidden="true">1 min</span><span class="visually-hidden">1 minute to')
        self.assertContains(response, '<span lang="de" dir="ltr">Ebbe</span>')
        own = client.get(make_post(self.ada, language="en").get_absolute_url())
        self.assertContains(own, '<article class="post" id="post">')

    @three_ways()
    def test_posts_before_and_after_and_about_the_same(self, client):
        now = timezone.now()
        about = (("Old", "coast", "tides"), ("Now", "coast", "tides"), ("New", "coast"), ("Else", "bread"))
        for days, (title, *tags) in enumerate(about):
            make_post(self.ada, title=title, tags=tags, published_at=now - timedelta(days=9 - days))
        make_post(self.ada, title="Draft", tags=("coast",), state="draft")
        make_post(self.ada, title="Ahead", tags=("coast",), state="scheduled")
        make_post(self.ada, title="Trashed", tags=("coast", "tides")).discard()
        response = client.get("/posts/now/")
        around = response.context["around"]
        self.assertEqual((around.older.title, around.newer.title), ("Old", "New"))
        self.assertEqual([other.title for other in around.related], ["Old", "New"])
        self.assertContains(response, '<a rel="prev" href="/posts/old/">')
        for hidden in ("Draft", "Ahead", "Trashed"):
            self.assertNotContains(response, hidden)

    @tag("slow")
    def test_rarer_tags_tell_more_and_a_draft_has_nothing_around_it(self):
        make_posts(self.ada, 30)
        for post in Post.objects.all():
            post.tags.set(Tag.objects.named(["common"]))
        make_post(self.ada, title="Rare", tags=("rare",), published_at=timezone.now() - timedelta(days=99))
        post = make_post(self.ada, title="This", tags=("rare", "common"))
        self.assertEqual(self.page().get("/posts/this/").context["around"].related[0].title, "Rare")
        post.unpublish()
        self.assertNotContains(self.page(self.ada).get("/posts/this/"), 'class="post-end"')

    @tag("slow")
    def test_as_many_queries_among_many_posts_as_among_few(self):
        self.ada.avatar, self.ada.bio = make_image(self.ada), "Writes."
        self.ada.save()
        image = make_image(self.ada)
        post = make_post(self.ada, content=image.markdown, featured_image=image, tags=("a", "b"))
        make_post(self.ben, tags=("a", "b"), published_at=timezone.now() - timedelta(days=1))
        post.title = "Changed"
        post.save()

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                self.assertEqual(self.page().get(post.get_absolute_url()).status_code, 200)
            return len(captured)

        few = queries()
        make_posts(self.ada, 50)
        self.assertEqual(queries(), few)
        self.assertLessEqual(few, 6)

    def test_what_is_read_is_told_but_not_of_the_author(self):
        post, draft = make_post(self.ada), make_post(self.ada, state="draft")
        self.assertContains(self.page(self.ada).get(post.get_absolute_url()), f"{post.get_absolute_url()}reads/", 1)
        for user, read in ((None, post.pk), (self.ben, post.pk), (self.ada, None)):
            self.assertEqual(getattr(self.page(user).get(post.get_absolute_url()), "read", None), read)
        self.assertIsNone(getattr(self.page(self.ada).get(draft.get_absolute_url()), "read", None))

    @three_ways()
    def test_author_stands_under_the_text_with_bio_and_picture(self, client):
        post = make_post(self.ada)
        self.assertNotContains(client.get(post.get_absolute_url()), "author-box")
        type(self.ada).objects.filter(pk=self.ada.pk).update(bio="By <the> sea.\nAlone.", avatar=make_image(self.ada))
        response = client.get(post.get_absolute_url())
        self.assertContains(response, "By &lt;the&gt; sea.<br>Alone.")
        self.assertContains(response, '<span class="avatar">')

    def test_wrong_methods(self):
        self.assertRefuses(make_post(self.ada).get_absolute_url(), self.ada, "post", "delete")
