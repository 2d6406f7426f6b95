"""One's own pictures: how they stand, where they are used, how much room they take."""

import uuid
from datetime import timedelta

from django.http import HttpResponse
from django.test import override_settings, tag
from django.urls import reverse
from django.utils import timezone

from core.images.models import GRACE, Image
from core.images.tests import pictures
from core.testing.cases import ViewTestCase, three_ways
from posts.models import WorkingCopy
from posts.tests.factory import begin_post, make_image, make_post
from posts.views.pictures import PAGE_SIZE

URL = reverse("my_pictures")


def names(response: HttpResponse) -> list[str]:
    return [image.name for image in response.context["page"]]


class MyPicturesTests(ViewTestCase):
    @three_ways("ada")
    def test_shows_ones_own_newest_first_with_name_size_and_description(self, client):
        now = timezone.now()
        make_image(self.ada, name="tide.jpg", alt="A low tide", created_at=now - timedelta(days=1))
        make_image(self.ada, name="gate.jpg")
        make_image(self.ben, name="foreign.jpg")
        make_image(None, name="copied.jpg")
        make_image(self.ada, name="going.jpg", state=Image.State.DELETING)
        response = client.get(URL)
        self.assertAnswers(response, client, "posts/my_pictures.html", "my-pictures")
        self.assertEqual(names(response), ["gate.jpg", "tide.jpg"])
        for said in ("1200 × 800", "87.9\xa0KB", "A low tide", "No description yet"):
            self.assertContains(response, said)
        self.assertContains(response, "175.8\xa0KB of 1.0\xa0GB in 2 pictures")

    @tag("slow")
    def test_says_where_each_is_used(self):
        lead, body, old, portrait, typed = (make_image(self.ada, name=f"{n}.jpg") for n in range(5))
        post = make_post(self.ada, title="Tides", featured_image=lead, content=body.markdown)
        before = make_post(self.ada, title="Gates", featured_image=old)
        before.featured_image = None
        before.save()
        thrown = make_post(self.ada, title="Soup", content=lead.markdown)
        thrown.discard()
        begin_post(self.ada, title="Never", content=typed.markdown)
        self.ada.avatar = portrait
        self.ada.save()
        response = self.page(self.ada).get(URL)
        for said in (
            f'<li><a href="{post.get_absolute_url()}">“Tides”</a> <small>lead picture</small></li>',
            f'<li><a href="{post.get_absolute_url()}">“Tides”</a> <small>in the text</small></li>',
            f'<li><a href="{reverse("trash")}">“Soup”</a> <small>in the trash</small></li>',
            f'<li><a href="{reverse("revision_list", args=[before.slug])}">“Gates”</a>'
            " <small>only in an older version</small></li>",
            "“Never”</a> <small>not saved yet</small>",
            f'<li><a href="{reverse("profile")}">Your profile</a></li>',
        ):
            self.assertContains(response, said, 1)
        self.assertContains(response, "Not used", 2)  # the filter, and the one of an older version

    def test_post_that_has_it_in_several_ways_is_named_once(self):
        image = make_image(self.ada)
        post = make_post(self.ada, title="Tides", featured_image=image, content=image.markdown)
        typed = {"title": "Tides", "content": image.markdown}
        WorkingCopy.objects.keep(author=self.ada, post=post, token=uuid.uuid4(), version=1, typed=typed)
        response = self.page(self.ada).get(URL)
        self.assertContains(response, "“Tides”", 1)
        self.assertContains(response, "<small>lead picture</small>", 1)

    def test_title_of_a_post_of_others_stays_theirs(self):
        make_post(self.ben, title="Secret", state="draft", featured_image=make_image(self.ada))
        response = self.page(self.ada).get(URL)
        self.assertContains(response, "A post that is not yours")
        self.assertNotContains(response, "Secret")

    def test_says_how_each_stands(self):
        now = timezone.now()
        make_image(self.ada, discarded_at=now, unreferenced_since=now)
        make_image(self.ada, unreferenced_since=now)
        make_post(self.ada, featured_image=make_image(self.ada, state=Image.State.HELD, attempts=1))
        until = f"{now + GRACE:%B %Y}"
        response = self.page(self.ada).get(URL)
        self.assertContains(response, "Not used: removed after ")
        self.assertContains(response, until)
        self.assertContains(response, "Waits for the image service")
        response = self.page(self.ada).get(URL, {"show": "discarded"})
        self.assertContains(response, "Deleted, removed after ")
        self.assertContains(response, "Restore<span")
        self.assertNotContains(response, "All on this page")

    @tag("slow")
    def test_filters_and_search(self):
        client = self.page(self.ada)
        used = make_image(self.ada, name="tide.jpg", alt="A red boat")
        make_post(self.ada, featured_image=used)
        make_image(self.ada, name="boat.jpg")
        make_image(self.ada, name="gone.jpg", alt="x", discarded_at=timezone.now())
        for query, found in (
            ({"show": "unused"}, ["boat.jpg"]),
            ({"show": "undescribed"}, ["boat.jpg"]),
            ({"show": "discarded"}, ["gone.jpg"]),
            ({"show": "nonsense"}, ["boat.jpg", "tide.jpg"]),
            ({"q": " BOAT "}, ["boat.jpg", "tide.jpg"]),
            ({"q": "red boat"}, ["tide.jpg"]),
            ({"q": "red", "show": "unused"}, []),
        ):
            self.assertEqual(names(client.get(URL, query)), found, query)
        response = client.get(URL, {"q": "100%_"})
        self.assertContains(response, "Nothing found for “100%_”")
        for tab in ("All 2", "Not used 1", "No description 1", "Deleted 1"):
            self.assertContains(response, f">{tab}</a>")

    def test_author_without_pictures_is_told_how_they_come(self):
        self.assertContains(self.page(self.ada).get(URL), "No pictures yet")

    @override_settings(IMAGES_QUOTA=0)
    def test_without_a_quota_the_weight_alone_is_said(self):
        make_image(self.ada)
        response = self.page(self.ada).get(URL)
        self.assertContains(response, "87.9\xa0KB in 1 picture")
        self.assertNotContains(response, "<meter")

    def test_pages_keep_filter_and_words(self):
        fields = {"name": "tide.jpg", "state": Image.State.STORED, "store": "fake", "format": "jpeg"}
        measures = {"width": 9, "height": 9, "bytes": 1}
        Image.objects.bulk_create([Image(owner=self.ada, **fields, **measures) for _ in range(PAGE_SIZE + 1)])
        response = self.page(self.ada).get(URL, {"q": "tide", "show": "unused"})
        self.assertContains(response, 'href="?show=unused&amp;q=tide&amp;page=2">Older pictures</a>')

    def test_as_many_queries_for_three_as_for_one(self):
        client = self.page(self.ada)
        for number in (1, 2):
            for _ in range(number):
                image = make_image(self.ada)
                make_post(self.ada, featured_image=image, content=image.markdown)
            with self.subTest(number), self.assertNumQueries(6):  # session, user, counts, number, page, uses
                client.get(URL)

    # --- For the editor -------------------------------------------------------------------------------------

    def test_editor_gets_what_it_can_choose_with_token_and_markdown(self):
        image = make_image(self.ada, name="tide.jpg", alt="A [low] tide")
        make_image(self.ada, name="gone.jpg", discarded_at=timezone.now())
        old = timezone.now() - timedelta(hours=25)
        make_image(self.ada, name="forgotten.jpg", state=Image.State.HELD, created_at=old)
        make_image(self.ada, name="stored.jpg", created_at=old)
        response = self.htmx(self.ada).get(URL, {"pick": "lead"})
        self.assertPartial(response, "posts/picture_picker.html", top="picture-picker-body")
        self.assertEqual(names(response), ["tide.jpg", "stored.jpg"])
        self.assertContains(response, f'value="{image.token}"')
        self.assertContains(response, rf"![A \[low\] tide]({reverse('image_detail', args=[image.pk])})")

    def test_choosing_needs_a_script(self):
        for client, query in ((self.page(self.ada), {"pick": "lead"}), (self.htmx(self.ada), {"pick": "x"})):
            response = client.get(URL, query)
            self.assertAnswers(response, client, "posts/my_pictures.html", "my-pictures")

    def test_old_picture_is_taken_from_the_library_by_its_token(self):
        image = make_image(self.ada, created_at=timezone.now() - timedelta(days=300))
        fields = {"title": "Tides", "content": "Low.", "status": "draft", "featured_image_held": image.token}
        response = self.page(self.ada).post(reverse("post_create"), fields)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(self.ada.posts.get().featured_image, image)

    # --- Room -----------------------------------------------------------------------------------------------

    @tag("slow")
    def test_picture_beyond_the_quota_is_refused_and_the_text_kept(self):
        make_image(self.ada, bytes=1000)
        make_image(self.ada, bytes=10**6, discarded_at=timezone.now())
        make_image(self.ben, bytes=10**9)
        fields = {"title": "Tides", "content": "Low.", "status": "draft"}
        for quota, status in ((1010, 422), (0, 302), (10**6, 302)):
            file = pictures.upload(pictures.png())
            with self.subTest(quota), self.settings(IMAGES_QUOTA=quota):
                response = self.page(self.ada).post(reverse("post_create"), fields | {"featured_image": file})
                self.assertEqual(response.status_code, status)
            if status != 302:
                self.assertContains(response, "You have used 1000\xa0bytes of 1010\xa0bytes; delete", status_code=422)
                self.assertContains(response, "Low.", status_code=422)

    def test_signed_out(self):
        self.assertNeedsSignIn(URL)

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "post", "delete")
