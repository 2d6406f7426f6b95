"""{% picture %}: one <img> for both stores, with the place it takes."""

from django.template import Context, Template
from django.test import SimpleTestCase, override_settings

from core.images.models import Image
from core.images.presets import PRESETS, WIDTHS


def shown(tag: str, **fields) -> str:
    image = Image(**{"state": Image.State.STORED, "format": "jpeg", "width": 1000, "height": 500} | fields)
    return Template(f"{{% load images %}}{{% picture image {tag} %}}").render(
        Context({"image": image, "title": '"><x>'})
    )


class PictureTagTests(SimpleTestCase):
    def test_offers_the_presets_widths_that_the_picture_has(self):
        html = shown('"lead"', store="local")
        for width in (320, 640, 960):
            self.assertRegex(html, rf"/media/i/[^/]+/[0-9a-f-]+/{width}\.webp {width}w")
        self.assertNotIn("1280", html)
        self.assertIn('width="1000" height="500"', html)
        self.assertIn('loading="lazy"', html)

    def test_small_picture_is_offered_in_one_width(self):
        self.assertEqual(shown('"hero"', store="local", width=100, height=50).count(".webp"), 2)

    @override_settings(CLOUDINARY_URL="cloudinary://k:s@demo", IMAGES_DELIVERY_BASE="")
    def test_cloudinary_is_asked_for_the_same_widths(self):
        html = shown('"thumb"', store="cloudinary", public_id="galley/a", version="7")
        self.assertIn(
            "https://res.cloudinary.com/demo/image/upload/c_limit,f_auto,q_auto,w_320/v7/galley/a 320w", html
        )

    def test_answer_of_an_id_and_an_address_alone_is_enough(self):
        html = shown('"thumb"', store="cloudinary", public_id="abc", url="http://res.cloudinary.com/x/abc.jpg")
        self.assertIn('src="http://res.cloudinary.com/x/abc.jpg"', html)
        self.assertIn("/abc 320w", html)

    def test_held_picture_is_shown_from_the_database_in_its_one_size(self):
        html = shown('"hero"', state=Image.State.HELD)
        self.assertIn('src="/media/held/', html)
        self.assertNotIn("srcset", html)

    def test_description_cannot_break_out(self):
        self.assertIn('alt="&quot;&gt;&lt;x&gt;"', shown('"hero" alt=title', store="local"))

    def test_picture_seen_first_is_fetched_first(self):
        html = shown('"hero" eager=True', store="local")
        self.assertIn('fetchpriority="high"', html)
        self.assertNotIn("lazy", html)

    def test_point_to_keep_is_said_in_tenths(self):
        self.assertIn('data-focus-x="30" data-focus-y="90"', shown('"hero"', store="local", focus_x=34, focus_y=86))
        self.assertNotIn("data-focus", shown('"hero"', store="local", focus_x=34))

    def test_tiny_copy_holds_the_place_without_being_read_aloud(self):
        html = shown('"hero"', store="local", placeholder="UklGRg==")
        self.assertIn('<img src="data:image/webp;base64,UklGRg==" width="1000" height="500" alt="" aria-hidden', html)
        self.assertNotIn("data:", shown('"avatar"', store="local", placeholder="UklGRg=="))

    def test_no_picture_is_nothing(self):
        self.assertEqual(Template('{% load images %}{% picture image "hero" %}').render(Context({"image": None})), "")

    def test_presets_ask_only_for_widths_of_the_ladder(self):
        for name, (widths, _) in PRESETS.items():
            self.assertLessEqual(set(widths), set(WIDTHS), name)
