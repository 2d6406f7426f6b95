"""One's own profile."""

from django.test import tag
from django.urls import reverse

from accounts.forms import ProfileForm
from accounts.models import User
from core.images.models import Image
from core.images.stores import StoreError
from core.images.tests import pictures
from core.testing.cases import PASSWORD, ViewTestCase, both_ways, three_ways
from core.testing.fakestore import store
from core.testing.forms import form_on, send_form

URL = reverse("profile")
TEMPLATE, PARTIAL = "accounts/profile.html", "profile-form"
ABOUT = {"display_name": "Ada Lovelace", "email": "ada@example.org", "bio": "Writes programs,\r\nand letters."}


class ProfileTests(ViewTestCase):
    def give_avatar(self, client):
        client.post(URL, ABOUT | {"avatar": pictures.upload(pictures.jpeg())})
        return User.objects.get(pk=self.ada.pk).avatar

    @three_ways("ada")
    def test_form(self, client):
        response = client.get(URL)
        self.assertAnswers(response, client, TEMPLATE, PARTIAL)
        self.assertContains(response, "ada@example.org")

    @both_ways("ada")
    def test_saves(self, client):
        self.assertWentTo(client.post(URL, ABOUT | {"display_name": " Ada \n Lovelace "}), client, URL)
        self.ada.refresh_from_db()
        self.assertEqual((self.ada.display_name, self.ada.email), ("Ada Lovelace", "ada@example.org"))
        self.assertEqual(self.ada.bio, ABOUT["bio"])
        self.assertContains(self.page(self.ada).get(self.ada.get_absolute_url()), ">Ada Lovelace</h1>")

    @tag("slow")
    @both_ways("ada")
    def test_time_zone_is_one_that_there_is(self, client):
        client.post(URL, ABOUT | {"time_zone": "Asia/Kathmandu"})
        self.assertEqual(User.objects.get(pk=self.ada.pk).time_zone, "Asia/Kathmandu")
        self.assertContains(client.get(URL), '<option value="Asia/Kathmandu" selected>')
        response = client.post(URL, ABOUT | {"time_zone": "../../etc/passwd"})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)

    @tag("slow")
    @both_ways("ada")
    def test_changes_nothing_else_and_nobody_else(self, client):
        client.post(URL, ABOUT | {"username": "root", "is_staff": "on", "is_superuser": "on", "pk": self.ben.pk})
        self.ada.refresh_from_db()
        self.assertEqual((self.ada.username, self.ada.is_staff, self.ada.is_superuser), ("ada", False, False))
        self.assertTrue(self.ada.check_password(PASSWORD))
        self.assertEqual(User.objects.get(pk=self.ben.pk).display_name, "")

    @both_ways("ada")
    def test_avatar_is_stored_shown_and_left_alone_by_the_next_save(self, client):
        image = self.give_avatar(client)
        self.assertEqual(list(store.pictures), [image.key])
        self.assertContains(client.get(URL), image.src(320))
        client.post(URL, ABOUT)
        self.assertEqual(User.objects.get(pk=self.ada.pk).avatar, image)

    @tag("slow")
    @both_ways("ada")
    def test_avatar_is_taken_away(self, client):
        image = self.give_avatar(client)
        self.assertWentTo(client.post(URL, ABOUT | {"avatar-clear": "on"}), client, URL)
        self.assertIsNone(User.objects.get(pk=self.ada.pk).avatar)
        self.assertEqual(list(Image.objects.unreferenced()), [image], "the sweep finds it")

    @tag("slow")
    @both_ways("ada")
    def test_chosen_avatar_survives_an_error_elsewhere(self, client):
        response = client.post(URL, ABOUT | {"email": "nowhere", "avatar": pictures.upload(pictures.jpeg())})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        token = form_on(response, PARTIAL)["data"]["avatar_held"]
        self.assertWentTo(client.post(URL, ABOUT | {"avatar_held": token}), client, URL)
        self.assertEqual(Image.objects.get().state, Image.State.STORED)
        self.assertEqual(User.objects.get(pk=self.ada.pk).avatar, Image.objects.get())

    @tag("slow")
    @both_ways("ada")
    def test_file_that_is_no_picture(self, client):
        response = client.post(URL, ABOUT | {"avatar": pictures.upload(pictures.half_jpeg())})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertEqual(len(response.context["form"].errors["avatar"]), 1)
        self.assertContains(response, "Ada Lovelace", status_code=422)

    @tag("slow")
    @three_ways("ada")
    def test_silent_image_service_keeps_nobody_from_saving(self, client):
        store.fail_next(StoreError("silence"))
        image = self.give_avatar(client)
        self.assertEqual(image.state, Image.State.RESERVED)
        self.assertContains(self.page(self.ada).get(URL), image.src())
        self.assertContains(client.get(URL), image.src())

    @tag("slow")
    def test_silent_image_service_is_said(self):
        store.fail_next(StoreError("silence"))
        client = self.page(self.ada)
        self.give_avatar(client)
        self.assertContains(client.get(URL), "The image service did not answer")

    def test_avatar_that_is_on_its_way_out(self):
        self.give_avatar(self.page(self.ada))
        form = ProfileForm(ABOUT | {"bio": "new"}, {}, instance=User.objects.get(pk=self.ada.pk))
        self.assertTrue(form.is_valid())
        Image.objects.update(state=Image.State.DELETING)
        self.assertIsNone(form.save())
        self.assertFormError(form, "avatar", "The picture is no longer kept; please choose it again.")
        self.assertEqual(User.objects.get(pk=self.ada.pk).bio, ABOUT["bio"], "all or nothing")

    @both_ways("ada")
    def test_an_error_keeps_what_was_typed_and_says_it_beside_the_field(self, client):
        response = client.post(URL, ABOUT | {"email": "nowhere", "bio": "b" * 601, "display_name": "Countess"})
        self.assertAnswers(response, client, TEMPLATE, PARTIAL, 422)
        self.assertEqual(set(response.context["form"].errors), {"email", "bio"})
        for typed in ('value="nowhere"', "b" * 601, 'value="Countess"'):
            self.assertContains(response, typed, status_code=422)

    @tag("slow")
    def test_the_page_around_a_failed_form_shows_what_is_saved(self):
        response = self.page(self.ada).post(URL, ABOUT | {"display_name": "Unsaved", "email": "nowhere"})
        self.assertEqual(response.context["user"].display_name, "")

    def test_signed_out(self):
        self.assertNeedsSignIn(URL)
        self.assertNeedsSignIn(URL, "post")

    @tag("slow")
    def test_head_works_and_other_methods_do_not(self):
        self.assertEqual(self.page(self.ada).head(URL).status_code, 200)
        self.assertRefuses(URL, self.ada, "put", "patch", "delete")

    def test_without_javascript(self):
        client = self.page(self.ada)
        self.give_avatar(client)
        self.assertWentTo(send_form(client, client.get(URL), PARTIAL, bio="Shorter."), client, URL)
        ada = User.objects.get(pk=self.ada.pk)
        self.assertEqual((ada.bio, ada.display_name, ada.email), ("Shorter.", "Ada Lovelace", "ada@example.org"))
        self.assertIsNotNone(ada.avatar)
