"""Pictures in a text are held by what shows them: the post, what is being written, and for a while the history."""

from django.core.management import call_command
from django.db import connection
from django.test import tag
from django.test.utils import CaptureQueriesContext

from core.images.models import Image
from core.images.tests import pictures
from core.images.validate import clean_picture
from core.testing.cases import ViewTestCase
from core.testing.fakestore import store
from posts.models import Post, PostImage, Revision, RevisionImage, WorkingCopy
from posts.tests.factory import make_post


def shows(*images: Image) -> str:
    return "\n\n".join(["Some text.", *(f"![A gate](/images/{image.pk})" for image in images)])


class UsesTests(ViewTestCase):
    def stored(self, owner=None) -> Image:
        image = Image.objects.hold(clean_picture(pictures.png()), owner=owner or self.ada)
        image.send()
        return image

    def sweep(self) -> None:
        call_command("images_sweep", "--apply", "--grace-days", "0", stdout=open("/dev/null", "w"))  # noqa: SIM115

    def keep(self, post: Post | None, text: str, **kwargs) -> WorkingCopy:
        typed = {"title": "T", "content": text}
        return WorkingCopy.objects.keep(author=self.ada, post=post, token=None, version=0, typed=typed, **kwargs)

    def test_picture_in_a_text_stays_and_one_that_is_taken_out_goes(self):
        one, two = self.stored(), self.stored()
        post = make_post(self.ada, content=shows(one, two))
        self.sweep()
        self.assertEqual(len(store.pictures), 2)
        post.content = shows(two)
        post.revise()
        self.sweep()
        self.assertEqual(list(store.pictures), [two.key])
        self.assertEqual([use.image_id for use in PostImage.objects.all()], [two.pk])

    @tag("slow")
    def test_revision_knows_its_pictures_and_lets_them_go(self):
        one = self.stored()
        post = make_post(self.ada, content=shows(one))
        self.assertEqual(RevisionImage.objects.get().revision.number, 1)
        post.content = "Nothing."
        post.revise()
        self.sweep()
        self.assertEqual((RevisionImage.objects.count(), Image.objects.count()), (0, 0))

    def test_picture_of_what_is_being_written_stays_until_it_is_taken_out(self):
        one = self.stored()
        copy = self.keep(None, shows(one))
        self.sweep()
        self.assertEqual(len(store.pictures), 1)
        typed = {"title": "T", "content": "Nothing."}
        WorkingCopy.objects.keep(author=self.ada, post=copy.post, token=copy.token, version=0, typed=typed)
        self.sweep()
        self.assertEqual(store.pictures, {})

    def test_picture_in_the_trash_stays(self):
        make_post(self.ada, content=shows(self.stored())).discard()
        self.sweep()
        self.assertEqual(len(store.pictures), 1)

    @tag("slow")
    def test_address_of_anothers_picture_holds_nothing(self):
        bens = self.stored(self.ben)
        post = make_post(self.ada, content=shows(bens))
        self.assertTrue(post.lost_pictures)
        self.keep(post, shows(bens))
        self.sweep()
        self.assertEqual(store.pictures, {})

    @tag("slow")
    def test_post_that_changes_hands_keeps_its_pictures(self):
        one = self.stored()
        post = make_post(self.ada, content=shows(one))
        post.author = self.ben
        post.content += " More."
        post.save()
        self.assertFalse(post.lost_pictures)
        self.sweep()
        self.assertEqual(list(store.pictures), [one.key])

    @tag("slow")
    def test_copy_of_an_old_version_has_the_lead_picture_of_the_author_before(self):
        one = self.stored()
        post = make_post(self.ada, featured_image=one)
        post.featured_image, post.author = None, self.ben
        post.save()
        copy = WorkingCopy.objects.take_up(post.revisions.get(number=1), author=self.ben)
        self.assertEqual(copy.picture, one)

    def test_picture_on_its_way_out_is_not_held_and_costs_no_text(self):
        one = self.stored()
        Image.objects.update(state=Image.State.DELETING)
        post = make_post(self.ada, content=shows(one))
        self.assertTrue(post.lost_pictures)
        self.sweep()
        self.assertEqual(Image.objects.count(), 0)

    def test_lead_picture_on_its_way_out_is_refused(self):
        one = self.stored()
        Image.objects.update(state=Image.State.DELETING)
        with self.assertRaises(Image.DoesNotExist):
            make_post(self.ada, featured_image=one)
        self.assertFalse(Post.objects.exists())

    @tag("slow")
    def test_text_that_lost_a_clash_is_kept_though_its_picture_has_gone(self):
        post, gone = make_post(self.ada), self.stored()
        mine = Revision(title="T", content=shows(gone), featured_image=gone)
        Image.objects.filter(pk=gone.pk).delete()
        kept = post.keep(mine, by=self.ada, reason=Revision.Reason.CLASHED)
        kept.refresh_from_db()
        self.assertEqual((kept.featured_image, kept.had_image, kept.lost_image), (None, True, True))
        self.assertFalse(kept.uses.exists())

    def test_text_without_pictures_asks_nothing_more(self):
        post = make_post(self.ada)
        post.content = "Other words."
        with CaptureQueriesContext(connection) as asked:
            post.revise()
        self.assertEqual([query["sql"] for query in asked if "image" in query["sql"].partition("FROM")[2]], [])
