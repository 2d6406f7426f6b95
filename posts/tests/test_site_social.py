"""What other sites show of a list: the site's name, drawn."""

import io

from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse
from PIL import Image as Drawing

from core.images.presets import SOCIAL
from core.testing.cases import ViewTestCase
from posts.templatetags.head import site_card

URL = reverse("site_social")


class SiteSocialTests(ViewTestCase):
    def setUp(self):
        super().setUp()
        cache.clear()

    def test_name_of_the_site_is_drawn_and_kept_for_a_day(self):
        response = self.page().get(URL)
        drawn = Drawing.open(io.BytesIO(response.content))
        self.assertEqual((drawn.size, drawn.format), (SOCIAL, "PNG"))
        self.assertEqual((response["Content-Type"], response["Cache-Control"]), ("image/png", "public, max-age=86400"))
        with override_settings(SITE_NAME="Another"):
            self.assertNotEqual(self.page().get(URL).content, response.content)

    def test_lists_name_it_by_its_whole_address_and_another_name_is_another(self):
        self.assertTrue(site_card().startswith(f"{settings.SITE_URL}{URL}?"))
        with override_settings(SITE_NAME="Another"):
            other = site_card()
        self.assertNotEqual(site_card(), other)
        page = self.page().get(reverse("post_list"))
        self.assertContains(page, f'<meta property="og:image" content="{site_card()}">', html=True)

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "post", "delete")
