"""Going on from what a post was, without saving it."""

from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Post, Revision
from posts.tests.factory import make_image, make_post


def url(revision: Revision) -> str:
    return reverse("revision_open", args=[revision.post.slug, revision.pk])


class RevisionOpenTests(ViewTestCase):
    @both_ways("ada")
    def test_editor_opens_with_it_and_readers_see_no_change(self, client):
        post = make_post(self.ada, title="Was", content="What it was.", excerpt="Short")
        post.title, post.content, post.excerpt = "Is", "What it is.", ""
        post = post.revise()
        edit = reverse("post_edit", args=[post.slug])
        self.assertWentTo(client.post(url(post.revisions.get(number=1))), client, edit)
        form = client.get(edit).context["form"]
        self.assertEqual(
            [form[name].value() for name in ("title", "content", "excerpt")], ["Was", "What it was.", "Short"]
        )
        self.assertContains(self.page().get(post.get_absolute_url()), "What it is.")
        self.assertEqual(Post.objects.get().version, 2)

    @tag("slow")
    def test_picture_comes_and_goes_with_it(self):
        post = make_post(self.ada)
        post.featured_image = make_image(self.ada)
        post = post.revise()
        post.featured_image = None
        post.revise()
        client, edit = self.page(self.ada), reverse("post_edit", args=[post.slug])
        without, having = post.revisions.get(number=1), post.revisions.get(number=2)
        client.post(url(having))
        self.assertEqual(client.get(edit).context["form"].initial["featured_image"], having.featured_image)
        Post.objects.get().restore_revision(having, by=self.ada)
        client.post(url(without))
        self.assertTrue(client.get(edit).context["form"].fields["featured_image"].widget.checked)

    @tag("slow")
    def test_it_is_the_authors_alone(self):
        revision = make_post(self.ada).revisions.get()
        self.assertHidden(url(revision), self.ben, self.cleo, methods=("post",))
        other = reverse("revision_open", args=[make_post(self.ada).slug, revision.pk])
        self.assertHidden(other, self.ada, methods=("post",))

    def test_signed_out(self):
        self.assertNeedsSignIn(url(make_post(self.ada).revisions.get()), "post")

    def test_wrong_methods(self):
        self.assertRefuses(url(make_post(self.ada).revisions.get()), self.ada, "get", "put", "delete")
