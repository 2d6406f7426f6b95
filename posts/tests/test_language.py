"""A post's language: chosen in the form, and kept wherever its words are."""

import uuid

from django.test import tag
from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways, three_ways
from posts import languages
from posts.models import Merge, Post, Revision, WorkingCopy
from posts.tests.factory import make_post


class LanguageTests(ViewTestCase):
    @both_ways("ada")
    def test_is_chosen_in_the_form_and_stays_when_a_script_leaves_it_out(self, client):
        sent = {"title": "المد", "content": "والجزر", "status": "published"}
        client.post(reverse("post_create"), sent | {"language": "ar"})
        post = Post.objects.get()
        self.assertEqual((post.language, post.revisions.get().language), ("ar", "ar"))
        client.post(reverse("post_edit", args=[post.slug]), sent | {"content": "Other."})
        self.assertEqual(Post.objects.get().language, "ar")
        client.post(reverse("post_edit", args=[post.slug]), sent | {"language": ""})
        self.assertEqual(Post.objects.get().language, "")

    @both_ways("ada")
    def test_unknown_one_is_refused_and_all_stays(self, client):
        sent = {"title": "A", "content": "B", "status": "draft", "language": "xx-klingon"}
        response = client.post(reverse("post_create"), sent)
        self.assertAnswers(response, client, "posts/post_form.html", "post-form", 422)
        self.assertFalse(Post.objects.exists())

    @three_ways("ada")
    def test_form_offers_each_by_its_own_name(self, client):
        response = client.get(reverse("post_edit", args=[make_post(self.ada, language="ar").slug]))
        self.assertContains(response, '<option value="ar" selected>العربيّة</option>', html=True)
        self.assertContains(response, '<option value="">The site’s, English</option>', html=True)

    @tag("slow")
    def test_goes_with_working_copy_history_and_comparison(self):
        post = make_post(self.ada, language="de")
        typed = {"title": post.title, "content": "Neu.", "language": "fr"}
        copy = WorkingCopy.objects.keep(author=self.ada, post=post, token=uuid.uuid4(), version=1, typed=typed)
        self.assertEqual(copy.as_revision().language, "fr")
        self.assertContains(self.page(self.ada).get(reverse("post_edit", args=[post.slug])), 'value="fr" selected')
        page = self.page(self.ada).get(reverse("working_copy_detail", args=[post.slug, copy.pk]))
        self.assertContains(page, "Deutsch")
        post.language = "es"
        post = post.revise()
        old = post.revisions.get(number=1)
        self.assertIn("Language", [str(label) for label, _ in post.head.differences(old)])
        self.assertEqual(post.restore_revision(old, by=self.ada).language, "de")
        self.assertEqual(WorkingCopy.objects.take_up(old, author=self.ada).fields["language"], "de")

    def test_two_who_choose_another_clash(self):
        base, theirs, mine = Revision(), Revision(language="de"), Revision(language="fr")
        self.assertEqual(Merge(base, theirs, Revision()).merged.language, "de")
        merge = Merge(base, theirs, mine)
        self.assertEqual([theirs for _, theirs, _ in merge.clashing_fields], ["Deutsch"])

    def test_names_and_directions(self):
        self.assertEqual((languages.name("de"), languages.name("xx")), ("Deutsch", "xx"))
        self.assertEqual([languages.direction(tag) for tag in ("ar", "he", "az", "de", "")], ["rtl"] * 2 + ["ltr"] * 3)
        self.assertLessEqual(max(map(len, languages.NAMES)), Post._meta.get_field("language").max_length)
        self.assertEqual((languages.where_it_differs("en"), languages.where_it_differs("")), ("", ""))
