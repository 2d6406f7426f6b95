"""What other sites show of a post: its own picture, cut, or its title drawn."""

import hashlib
import io
from pathlib import Path
from unittest.mock import patch

from django.conf import settings
from django.core.cache import cache
from django.test import tag
from django.urls import reverse
from PIL import Image as Drawing

from core.images.models import Image
from core.images.presets import SOCIAL
from core.images.tests import pictures
from core.images.validate import clean_picture
from core.testing.cases import ViewTestCase
from posts import card
from posts.tests.factory import make_post


class PostSocialTests(ViewTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.post = make_post(cls.ada, title="A gate")
        cls.draft = make_post(cls.ada, status="draft")

    def setUp(self):
        super().setUp()
        cache.clear()
        self.url = reverse("post_social", args=[self.post.slug])

    def test_title_is_drawn_once_and_kept_for_a_day(self):
        response = self.page().get(self.url)
        drawn = Drawing.open(io.BytesIO(response.content))
        self.assertEqual((drawn.size, drawn.format), (SOCIAL, "PNG"))
        self.assertEqual((response["Content-Type"], response["Cache-Control"]), ("image/png", "public, max-age=86400"))
        with patch("posts.card.draw", autospec=True) as draw:
            self.assertEqual(self.page().get(self.url).content, response.content)
        draw.assert_not_called()

    def test_page_names_it_by_its_whole_address_and_another_title_is_another(self):
        before = self.post.social_image
        self.assertTrue(before.startswith(f"{settings.SITE_URL}{self.url}?"))
        page = self.page().get(self.post.get_absolute_url())
        self.assertContains(page, f'<meta property="og:image" content="{before}">', html=True)
        self.post.title = "Another gate"
        self.assertNotEqual(self.post.social_image, before)

    def test_picture_of_its_own_is_shown_once_its_store_has_it(self):
        image = Image.objects.hold(clean_picture(pictures.png()), owner=self.ada)
        self.post.featured_image = image
        self.assertIn(self.url, self.post.social_image)
        image.send()
        self.assertEqual(self.post.social_image, f"{settings.SITE_URL}/fakestore/{image.key}/social")

    def test_draft_has_none(self):
        url = reverse("post_social", args=[self.draft.slug])
        self.assertHidden(url, None)
        self.assertEqual(self.page(self.ada).get(url).status_code, 404)
        self.assertNotContains(self.page(self.ada).get(self.draft.get_absolute_url()), "og:image")

    def test_wrong_methods(self):
        self.assertRefuses(self.url, self.ada, "post", "delete")

    @tag("slow")
    def test_letters_that_no_face_has_leave_the_names(self):
        self.assertEqual(card.draw("水の上の家", "Ada", "Galley"), card.draw("Ada", "Ada", "Galley"))
        whole = "Ærøskøbing, Żółw, Ύδρα, обратно, “quoted”"
        self.assertEqual(card._drawable(whole), whole)

    @tag("slow")
    def test_signs_that_no_face_has_are_left_out_alone(self):
        self.assertEqual(card._drawable("🌊 Tides of May 🌊"), "Tides of May")
        self.assertEqual(card.draw("🌊 Tides", "Ada", "Galley"), card.draw("Tides", "Ada", "Galley"))

    def test_long_titles_are_cut_after_a_word(self):
        size, lines = card._fitted("sail " * 60, 1000)
        self.assertEqual((size, len(lines)), (min(card.SIZES), card.SIZES[size]))
        self.assertTrue(lines[-1].endswith("sail …"))

    def test_faces_are_those_of_the_package(self):
        for line in (card.FONTS / "SHA256SUMS").read_text().splitlines():
            digest, name = line.split()
            self.assertEqual(hashlib.sha256(Path(card.FONTS, name).read_bytes()).hexdigest(), digest)
