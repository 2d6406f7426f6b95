"""The login or the CSRF token ends while somebody writes without JavaScript: the words are there afterwards."""

from urllib.parse import parse_qs, urlsplit

from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.signing import TimestampSigner
from django.test import Client, tag
from django.urls import reverse

from core.images.tests import pictures
from core.testing.cases import PASSWORD, HtmxClient, ViewTestCase
from core.testing.forms import form_on
from posts.models import Post, WorkingCopy
from posts.tests.factory import make_post

CREATE, FORM = reverse("post_create"), "post-form"


class KeepWordsTests(ViewTestCase):
    def form(self, post=None):
        page = self.page(self.ada).get(reverse("post_edit", args=[post.slug]) if post else CREATE)
        return form_on(page, FORM)["data"]

    def sign_in(self, client, name, to):
        return client.post(to, {"username": name, "password": PASSWORD, "next": parse_qs(urlsplit(to).query)["next"]})

    def test_text_survives_the_login_page_and_comes_back_in_the_editor(self):
        post, client = make_post(self.ada, content="Saved."), self.page()
        sent = self.form(post) | {"content": "A long afternoon's work."}
        response = client.post(reverse("post_edit", args=[post.slug]), sent)
        edit = reverse("post_edit", args=[post.slug])
        self.assertEqual(response["Location"], f"{reverse('login')}?next={edit.replace('/', '%2F')}")
        self.assertContains(client.get(response["Location"]), "What you wrote is kept")
        self.assertRedirects(self.sign_in(client, "ada", response["Location"]), edit)
        self.assertEqual(form_on(client.get(edit), FORM)["data"]["content"], "A long afternoon's work.")
        post.refresh_from_db()
        self.assertEqual(post.content, "Saved.")

    @tag("slow")
    def test_new_post_survives_it_with_its_picture(self):
        client = self.page()
        picture = pictures.upload(pictures.png())
        response = client.post(
            CREATE, self.form() | {"title": "Gates", "content": "Words.", "featured_image": picture}
        )
        edit = self.sign_in(client, "ada", response["Location"])["Location"]
        data = form_on(client.get(edit), FORM)["data"]
        self.assertEqual((data["title"], data["content"]), ("Gates", "Words."))
        self.assertTrue(data["featured_image_held"])
        client.post(edit, data)
        self.assertEqual((Post.objects.get().content, bool(Post.objects.get().featured_image)), ("Words.", True))

    @tag("slow")
    def test_whoever_signs_in_instead_gets_nothing_of_it(self):
        client = self.page()
        response = client.post(CREATE, self.form() | {"title": "Gates", "content": "Ada's words."})
        self.assertNotIn("words", response["Location"].lower())
        landed = client.get(self.sign_in(client, "ben", response["Location"])["Location"])
        self.assertEqual(landed.status_code, 404)
        self.assertNotIn("words", str([session.get_decoded() for session in Session.objects.all()]).lower())
        self.assertEqual(WorkingCopy.objects.get().author, self.ada)

    def test_htmx_is_told_and_its_page_keeps_the_words(self):
        post, client = make_post(self.ada), HtmxClient()
        response = client.post(reverse("post_edit", args=[post.slug]), self.form(post) | {"content": "Words."})
        self.assertEqual(response.status_code, 401)
        self.assertFalse(WorkingCopy.objects.exists())

    @tag("slow")
    def test_form_with_a_dead_csrf_token_leads_to_its_words(self):
        post, client = make_post(self.ada), Client(enforce_csrf_checks=True)
        client.cookies.load(self.cookies[self.ada.pk])
        with self.assertLogs("django.security.csrf", "WARNING"):
            response = client.post(reverse("post_edit", args=[post.slug]), self.form(post) | {"content": "Words."})
        edit = reverse("post_edit", args=[post.slug])
        self.assertContains(response, f'href="{edit}"', status_code=403)
        self.assertEqual(form_on(client.get(edit), FORM)["data"]["content"], "Words.")
        self.assertEqual(Post.objects.get().content, "Some text.")

    @tag("slow")
    def test_nothing_is_kept_without_the_forms_own_proof(self):
        post = make_post(self.ada)
        edit, sent = reverse("post_edit", args=[post.slug]), self.form(post) | {"content": "Forged."}
        others = make_post(self.ben)
        forged = TimestampSigner(salt="posts.writer").sign(f"{self.ada.pk}.{others.pk}")  # not a post of hers
        for writer in ("", "x", f"{self.ada.pk}.{post.pk}:x:y", sent["writer"][:-1], forged):
            with self.subTest(writer):
                self.assertNeedsSignIn(edit, "post")
                self.page().post(edit, sent | {"writer": writer})
                self.assertFalse(WorkingCopy.objects.exists())

    @tag("slow")
    def test_what_is_kept_without_a_login_is_beside_what_there_is_and_never_over_it(self):
        post, sent = make_post(self.ada), None
        sent = self.form(post)
        self.htmx(self.ada).post(reverse("post_autosave", args=[post.slug]), sent | {"content": "Kept."})
        edit = reverse("post_edit", args=[post.slug])
        for data in (sent | {"content": "Found in a library."}, sent, {"writer": sent["writer"]}):
            for _ in range(2):
                self.page().post(edit, data)
        texts = [copy.content for copy in WorkingCopy.objects.order_by("pk")]
        self.assertEqual(texts, ["Kept.", "Found in a library."])

    def test_old_forms_prove_nothing_after_a_new_password(self):
        post = make_post(self.ada)
        sent = self.form(post) | {"content": "Words."}
        self.ada.set_password("another-proof-2")
        self.ada.save()
        self.page().post(reverse("post_edit", args=[post.slug]), sent)
        self.assertFalse(WorkingCopy.objects.exists())

    def test_proof_of_somebody_who_was_shut_out_counts_no_more(self):
        post = make_post(self.ada)
        sent = self.form(post) | {"content": "Words."}
        type(self.ada).objects.filter(pk=self.ada.pk).update(is_active=False)
        self.page().post(reverse("post_edit", args=[post.slug]), sent)
        self.assertFalse(WorkingCopy.objects.exists())

    def test_other_forms_are_refused_as_before(self):
        post = make_post(self.ada)
        response = self.page().post(reverse("post_delete", args=[post.slug]))
        self.assertFalse(list(get_messages(response.wsgi_request)))
        self.assertTrue(Post.objects.exists())
