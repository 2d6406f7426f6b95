"""What is not saved, beside what is."""

from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways, three_ways
from posts.models import Post, WorkingCopy
from posts.tests.factory import make_post


def keep(post: Post, **typed: str) -> WorkingCopy:
    typed = {"title": post.title, "content": post.content} | typed
    return WorkingCopy.objects.keep(author=post.author, post=post, token=None, version=post.version, typed=typed)


def url(copy: WorkingCopy, post: Post | None = None) -> str:
    return reverse("working_copy_detail", args=[(post or copy.post).slug, copy.pk])


class WorkingCopyDetailTests(ViewTestCase):
    @three_ways("ada")
    def test_shows_word_by_word_what_is_not_saved(self, client):
        post = make_post(self.ada, content="The old <i>pier</i>.")
        copy = keep(post, content="The new <i>pier</i>.", title="Other", tags="a, b", publish_at="2030-01-01T10:00")
        response = client.get(url(copy))
        self.assertAnswers(response, client, "posts/working_copy_detail.html", "working-copy")
        self.assertEqual([label for label, _ in response.context["fields"]], ["Title", "Tags", "Time"])
        self.assertContains(response, "&lt;i&gt;pier&lt;/i&gt;")
        self.assertContains(response, "[added: ")
        self.assertContains(response, f"{reverse('post_edit', args=[post.slug])}?copy={copy.pk}")
        self.assertContains(response, reverse("working_copy_discard", args=[post.slug, copy.pk]))

    @tag("slow")
    def test_says_when_somebody_saved_since(self):
        post = make_post(self.ada)
        copy = keep(post)
        self.assertNotContains(self.page(self.ada).get(url(copy)), "before that save")
        post.revise()
        self.assertContains(self.page(self.ada).get(url(copy)), "before that save")

    def test_of_a_post_that_was_never_saved(self):
        typed = {"title": "New", "content": "Typed."}
        copy = WorkingCopy.objects.keep(author=self.ada, post=None, token=None, version=0, typed=typed)
        self.assertContains(self.page(self.ada).get(url(copy)), "This post was never saved")

    @tag("slow")
    def test_it_is_its_writers_alone(self):
        copy = keep(make_post(self.ada))
        self.assertHidden(url(copy), self.ben, self.cleo)

    @tag("slow")
    @both_ways("ada")
    def test_one_that_is_gone_or_is_another_posts_leads_to_the_editor(self, client):
        copy, other = keep(make_post(self.ada)), make_post(self.ada)
        edit = reverse("post_edit", args=[other.slug])
        self.assertWentTo(client.get(url(copy, other)), client, edit)
        self.assertWentTo(client.post(reverse("working_copy_discard", args=[other.slug, copy.pk])), client, edit)
        self.assertTrue(WorkingCopy.objects.exists())

    def test_signed_out(self):
        self.assertNeedsSignIn(url(keep(make_post(self.ada))))

    def test_wrong_methods(self):
        self.assertRefuses(url(keep(make_post(self.ada))), self.ada, "post", "delete")
