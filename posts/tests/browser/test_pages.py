"""Every page as a reader or an author first sees it: nothing for axe, nothing sideways, nothing in the console."""

from django.urls import reverse

from core.images.models import Image
from core.images.validate import clean_picture
from posts.models import Post
from posts.tests.browser.journey import NARROW, WIDE, JourneyTestCase, noise
from posts.tests.factory import make_post, make_posts
from posts.views.mine import PAGE_SIZE

CONTENT = """A first paragraph with a [link](https://example.org/), *stress* and `code`.

## A heading

> A quotation of some length, so that it wraps on a narrow screen.

1. One
2. Two

```python
print("a line of code that is much longer than a narrow screen is wide, so that it has to scroll by itself")
```

| A | table | with | some | columns | that | are | many |
|---|---|---|---|---|---|---|---|
| 1 | 2 | 3 | 4 | 5 | 6 | 7 | a-word-that-does-not-break-anywhere-at-all |

Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft.
"""


class PagesTests(JourneyTestCase):
    def setUp(self) -> None:
        super().setUp()
        image = Image.objects.hold(clean_picture(noise(400)), owner=self.ada)
        image.send()
        make_posts(self.ben, 10)
        self.post = make_post(self.ada, title="A gate in winter", content=CONTENT, tags=("Winter", "Gates"))
        self.pictured = make_post(self.ada, title="Harbour", featured_image=image, tags=("Winter",))
        for state in ("draft", "scheduled"):
            make_post(self.ada, state=state, title="W" * 200)

    def visit(self, *paths: str, user: object = None) -> None:
        page = self.open("/", user)
        for path in paths:
            with self.subTest(path, user=str(user)):
                page.goto(path)
                self.assertAccessible(page)

    def test_pages_of_readers(self):
        self.visit(
            reverse("post_list"),
            f"{reverse('post_list')}?page=2",
            self.post.get_absolute_url(),
            self.pictured.get_absolute_url(),
            reverse("tag_detail", args=["winter"]),
            reverse("author_detail", args=["ben"]),
            *(reverse(name) for name in ("login", "signup", "password_reset", "password_reset_sent")),
        )

    def test_pages_of_authors(self):
        Post.objects.filter(author=self.ben).first().discard()
        self.visit(
            self.pictured.get_absolute_url(),
            reverse("my_posts"),
            f"{reverse('my_posts')}?show=drafts",
            reverse("trash"),
            reverse("post_create"),
            reverse("post_edit", args=[self.pictured.slug]),
            reverse("post_delete", args=[self.pictured.slug]),
            reverse("profile"),
            reverse("password_change"),
            user=self.ada,
        )

    def test_pages_with_nothing_in_them(self):
        Post.objects.all().delete()
        self.visit(reverse("post_list"), reverse("author_detail", args=["ada"]))
        self.visit(reverse("my_posts"), reverse("trash"), user=self.ada)

    def test_long_lists(self):
        make_posts(self.ada, 2 * PAGE_SIZE)
        self.pictured.discard()
        self.visit(f"{reverse('my_posts')}?page=2", reverse("trash"), user=self.ada)

    def test_error_pages(self):
        self.allow("status of 404")
        self.visit("/nowhere/", "/posts/nothing/")

    def test_form_with_errors_and_preview_without_javascript(self):
        self.allow("status of 422")
        page = self.open(reverse("post_create"), self.ada, js=False)
        page.get_by_role("button", name="Publish").click()
        self.assertFocused(page.locator("#error-summary"))
        page.get_by_label("Text", exact=True).fill(CONTENT)
        page.get_by_role("button", name="Preview", exact=True).click()
        self.expect(page.get_by_role("region", name="Preview").locator("blockquote")).to_be_visible()
        for size in (NARROW, WIDE):
            self.assertFits(page, size)
