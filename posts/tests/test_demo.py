"""manage.py demo: its texts, its pictures, and what it leaves in the database."""

import io
import re
from datetime import timedelta
from io import StringIO
from itertools import cycle
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.test import SimpleTestCase, TestCase, override_settings, tag
from django.utils import timezone
from django.utils.text import slugify
from PIL import Image as Pillow

from accounts.models import User
from core.images.models import Image
from core.images.stores import StoreError
from core.testing.fakestore import store
from posts.demo.painting import COMPOSITIONS, paint
from posts.management.commands import demo
from posts.models import Post, PostImage

FACTS = ["title", "author", "tags", "excerpt", "state", "age_days", "picture", "ratio", "alt"]


def run_demo() -> str:
    """Run it with pictures as small as stamps; what it printed."""
    out = StringIO()
    with patch.multiple(demo, LONGER_SIDE=40, AVATAR_SIDE=24):
        call_command("demo", stdout=out, stderr=out)
    return out.getvalue()


class TextTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.texts = demo.read_texts()

    def test_there_are_thirty_with_every_fact(self) -> None:
        self.assertEqual(len(self.texts), 30)
        for text in self.texts:
            with self.subTest(text.facts["title"]):
                self.assertEqual(list(text.facts), FACTS)
                self.assertTrue(text.content.strip())

    def test_facts_are_such_as_the_command_knows(self) -> None:
        authors = {author.username for author in demo.read_authors()}
        self.assertEqual(authors, {"ada", "ben", "cleo"})
        for text in self.texts:
            facts = text.facts
            with self.subTest(facts["title"]):
                self.assertIn(facts["author"], authors)
                self.assertRegex(
                    facts["age_days"], {"live": r"^\d+$", "scheduled": r"^-\d+$", "draft": "^$"}[facts["state"]]
                )
                self.assertIn(facts["picture"], {"", *COMPOSITIONS})
                self.assertRegex(facts["ratio"], r"^\d+:\d+$" if facts["picture"] else "^$")

    def test_links_between_posts_lead_somewhere(self) -> None:
        live = {
            slugify(text.facts["title"], allow_unicode=True) for text in self.texts if text.facts["state"] == "live"
        }
        linked = {slug for text in self.texts for slug in re.findall(r"\(/posts/([^/)]*)/", text.content)}
        self.assertTrue(linked)
        self.assertLessEqual(linked, live)


@tag("slow")
class PaintTests(SimpleTestCase):
    def test_every_motif_fits_every_shape(self) -> None:
        for motif, size in zip(COMPOSITIONS, cycle([(40, 40), (26, 40), (40, 17), (40, 27)]), strict=False):
            with self.subTest(motif):
                picture = Pillow.open(io.BytesIO(paint(motif, size, 0)))
                self.assertEqual((picture.format, picture.size), ("JPEG", size))
                self.assertGreater(len(picture.getcolors(10_000)), 40)

    def test_the_same_arguments_paint_the_same_picture(self) -> None:
        self.assertEqual(paint("hills", (60, 40), 2), paint("hills", (60, 40), 2))
        self.assertNotEqual(paint("hills", (60, 40), 2), paint("hills", (60, 40), 4))


@tag("slow")
@override_settings(IMAGES_STORES={"fake": "core.testing.fakestore:store"}, IMAGES_STORE="fake")
class DemoTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        store.reset()
        cls.said = run_demo()
        cls.kept = dict(store.pictures)

    def test_it_says_what_there_is_and_how_to_sign_in(self) -> None:
        self.assertRegex(
            self.said, r"^3 authors, 30 posts and \d+ pictures\. Sign in as ada with the password \S+\.\n$"
        )
        self.assertTrue(self.client.login(username="ada", password=self.said.split()[-1].rstrip(".")))

    def test_posts_of_every_state_are_there(self) -> None:
        counts = Post.objects.counts()
        self.assertEqual(counts["all"], 30)
        self.assertGreater(min(counts["live"], counts["scheduled"], counts["drafts"]), 0)
        self.assertEqual(counts["live"], sum(text.facts["state"] == "live" for text in demo.read_texts()))

    def test_pictures_are_described_and_some_stand_in_a_text_and_keep_a_point(self) -> None:
        self.assertEqual(PostImage.objects.count(), 2)
        self.assertFalse(Post.objects.filter(content__contains="(picture:").exists())
        self.assertGreater(Image.objects.exclude(alt="").count(), 15)
        self.assertGreater(Image.objects.exclude(focus_x=None).count(), 2)

    def test_every_post_has_a_rendered_text_a_summary_and_tags(self) -> None:
        for post in Post.objects.prefetch_related("tags"):
            with self.subTest(post.title):
                self.assertIn("<p>", post.prose)
                self.assertTrue(post.summary)
                self.assertTrue(post.tags.all())
                self.assertFalse([tag for tag in post.tags.all() if tag.name != tag.name.strip()])

    def test_readers_get_the_list_and_the_newest_post(self) -> None:
        newest = Post.objects.published().newest_first().first()
        self.assertContains(self.client.get("/"), newest.title)
        self.assertContains(self.client.get(newest.get_absolute_url()), newest.prose)

    def test_their_times_are_plausible(self) -> None:
        now = timezone.now()
        for post in Post.objects.all():
            with self.subTest(post.title):
                self.assertLess(post.created_at, post.updated_at)
                self.assertLess(post.updated_at, now - timedelta(hours=1))
                self.assertEqual(post.updated_at == post.published_at, post.status == "published")

    def test_pictures_are_at_the_store_and_none_is_left_over(self) -> None:
        images = Image.objects.all()
        self.assertEqual({image.state for image in images}, {Image.State.STORED})
        self.assertEqual({image.key for image in images}, set(self.kept))
        self.assertQuerySetEqual(Image.objects.unreferenced(), [])
        self.assertEqual({max(image.width, image.height) for image in images}, {40, 24})

    def test_pictures_are_of_several_shapes_and_some_posts_have_none(self) -> None:
        shown = Post.objects.exclude(featured_image=None).values_list(
            "featured_image__width", "featured_image__height"
        )
        self.assertGreaterEqual(len(set(shown)), 5)
        self.assertTrue(Post.objects.filter(featured_image=None).exists())

    def test_pictures_are_described_decorative_or_still_to_describe(self) -> None:
        with_picture = Post.objects.exclude(featured_image=None)
        self.assertTrue(with_picture.filter(image_decorative=True, image_alt="").exists())
        self.assertTrue(with_picture.filter(image_decorative=False).exclude(image_alt="").exists())
        self.assertTrue(any(post.lacks_image_alt for post in with_picture))

    def test_authors_have_a_name_a_text_and_a_face(self) -> None:
        for author in User.objects.select_related("avatar"):
            with self.subTest(author.username):
                self.assertTrue(author.display_name and author.bio and author.posts.exists())
                self.assertEqual((author.avatar.width, author.avatar.owner), (24, author))

    def test_a_second_run_says_so_and_adds_nothing(self) -> None:
        self.assertIn("The demo is here already; nothing was added.", run_demo())
        self.assertEqual((User.objects.count(), Post.objects.count()), (3, 30))


@tag("slow")
@override_settings(IMAGES_STORES={"fake": "core.testing.fakestore:store"}, IMAGES_STORE="fake")
class DemoInTroubleTests(TestCase):
    def setUp(self) -> None:
        store.reset()

    def test_an_ada_who_was_here_before_is_left_alone(self) -> None:
        User.objects.create(username="Ada")
        with self.assertRaisesMessage(CommandError, "somebody named Ada already"):
            run_demo()
        self.assertEqual((User.objects.count(), Post.objects.count(), store.calls), (1, 0, []))

    def test_a_store_that_does_not_answer_costs_no_post(self) -> None:
        texts = demo.read_texts()[:2]
        with patch.object(demo, "read_texts", lambda: texts):
            store.fail_next(StoreError("No answer."))
            said = run_demo()
        self.assertIn("Pictures that wait: 1. `manage.py images_sweep --apply` sends them.", said)
        self.assertEqual(Post.objects.count(), 2)
        self.assertEqual(Image.objects.waiting().count(), 1)

    def test_a_run_that_is_cut_short_leaves_nothing(self) -> None:
        with patch.object(demo, "read_texts", lambda: texts), self.assertRaises(KeyError):
            texts = demo.Text.read(demo.TEXTS / "06-ice-on-the-slip.md"), demo.Text({"picture": ""}, "Half.")
            run_demo()
        self.assertEqual((User.objects.count(), Post.objects.count(), Image.objects.count()), (0, 0, 0))
