"""manage.py posts_render: what readers see follows the rules of now, and nothing that was written is changed."""

import io

from django.core.management import call_command

from core.testing.cases import ViewTestCase
from posts.models import Post
from posts.tests.factory import make_post


class PostsRenderTests(ViewTestCase):
    def test_old_html_is_made_anew_also_in_the_trash_and_only_where_it_differs(self):
        old, trashed, _ = (make_post(self.ada, content="*Some* text.") for _ in range(3))
        trashed.discard()
        Post.everything.filter(pk__in=[old.pk, trashed.pk]).update(content_html="<p>Som", summary="Som", word_count=1)
        before = Post.objects.get(pk=old.pk)
        out = io.StringIO()
        call_command("posts_render", stdout=out)
        self.assertEqual(out.getvalue(), "2 posts rendered anew.\n")
        post = Post.objects.get(pk=old.pk)
        self.assertHTMLEqual(post.content_html, "<p><em>Some</em> text.</p>")
        self.assertEqual((post.summary, post.word_count), ("Some text.", 2))
        self.assertEqual((post.content, post.version, post.updated_at), (before.content, 1, before.updated_at))
        call_command("posts_render", stdout=out)
        self.assertIn("0 posts rendered anew.", out.getvalue())
