"""Pictures move nothing: not while they arrive, not where they are tall, in the text, or cut around a point."""

import time

from core.images.models import Image
from core.images.validate import clean_picture
from posts.tests.browser.journey import NARROW, WIDE, JourneyTestCase, noise
from posts.tests.factory import make_post

SHIFTS = """new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (sum += value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


class LayoutTests(JourneyTestCase):
    def setUp(self) -> None:
        super().setUp()
        images = [Image.objects.hold(clean_picture(noise(side)), owner=self.ada) for side in (400, 700)]
        for image in images:
            image.send()
        text = (
            f"Before.\n\n![A gate](/images/{images[0].pk})\n\nBetween ![two](/images/{images[1].pk}) words.\n\nAfter."
        )
        self.posts = [
            make_post(self.ada, title=f"Post {n}", content=text, featured_image=images[n % 2]) for n in range(10)
        ]

    def shift(self, path: str, size: dict[str, int]) -> float:
        """How much moved while the page and its late pictures came, and on the way to its end."""
        context = self.browser.new_context(viewport=size, base_url=self.live_server_url)
        self.addCleanup(context.close)
        page = context.new_page()
        page.route("**/media/**", lambda route: (time.sleep(0.05), route.continue_()))
        page.goto(path)
        for _ in range(8):
            page.mouse.wheel(0, 600)
            page.wait_for_timeout(60)
        page.wait_for_load_state("networkidle")
        self.assertTrue(page.evaluate("[...document.images].some((image) => image.currentSrc.includes('/media/'))"))
        return page.evaluate(SHIFTS)

    def test_nothing_shifts_on_list_and_detail(self):
        for size in (WIDE, NARROW):
            for path in ("/", self.posts[0].get_absolute_url()):
                with self.subTest(path, **size):
                    self.assertEqual(self.shift(path, size), 0)
