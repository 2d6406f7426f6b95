"""Several ticked posts go to the trash at once, and one Undo brings them back."""

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.urls import reverse

from core.testing.cases import ViewTestCase, both_ways
from posts.models import Post
from posts.models.bulkaction import MOST
from posts.tests.factory import begin_post, make_post, make_posts

URL = reverse("posts_delete")


def undo_of(response: HttpResponse) -> str:
    """Where the Undo of what was just said leads."""
    return next(message.extra_tags for message in get_messages(response.wsgi_request) if message.extra_tags)


class PostsDeleteTests(ViewTestCase):
    @both_ways("ada")
    def test_ticked_posts_go_and_one_undo_is_offered(self, client):
        one, two, kept = make_posts(self.ada, 3)
        response = client.post(URL, {"post": [one.pk, two.pk]})
        self.assertEqual([*Post.objects.all()], [kept])
        self.assertTrue(undo_of(response).startswith(reverse("posts_undo")))

    def test_partial_is_the_list_with_true_counts_and_the_message(self):
        posts = make_posts(self.ada, 3)
        response = self.htmx(self.ada).post(URL, {"post": [post.pk for post in posts[:2]]})
        self.assertPartial(response, "posts/my_posts.html#my-posts")
        for part in (">All 1</a>", ">Trash 2</a>", "2 posts are in the trash.", posts[2].title):
            self.assertContains(response, part)
        self.assertContains(response, "autofocus>Undo</button>")
        self.assertNotContains(response, posts[0].title)

    def test_page_goes_back_to_the_list_that_they_were_ticked_in(self):
        post = make_post(self.ada, title="Tides")
        response = self.page(self.ada).post(f"{URL}?show=live&page=2&other=1", {"post": post.pk}, follow=True)
        self.assertRedirects(response, f"{reverse('my_posts')}?show=live&page=2")
        self.assertContains(response, "“Tides” is in the trash.")
        self.assertContains(response, f'action="{reverse("posts_undo")}?show=live&amp;page=2&amp;undo=')

    def test_all_on_the_page_are_those_that_it_showed(self):
        shown, since = make_posts(self.ada, 2)
        self.page(self.ada).post(URL, {"all": "on", "shown": shown.pk})
        self.assertEqual([*Post.objects.all()], [since])

    def test_list_without_script_can_be_ticked_and_sent(self):
        post = make_post(self.ada, title="Tides")
        response = self.page(self.ada).get(reverse("my_posts"))
        self.assertContains(response, f'name="post" value="{post.pk}" form="ticked-bar"')
        self.assertContains(response, "Tick Tides")
        self.assertContains(response, f'formaction="{URL}')

    def test_post_that_was_never_saved_goes_with_its_working_copy(self):
        self.page(self.ada).post(URL, {"post": begin_post(self.ada, content="A thought").pk})
        self.assertEqual(Post.trash.get().working_copies.get().content, "A thought")

    @both_ways("ada")
    def test_nothing_ticked_is_said(self, client):
        make_post(self.ada)
        for data in ({}, {"post": ["", "x", "²", "9" * 30]}, {"all": "on"}):
            response = client.post(URL, data)
            self.assertAnswers(response, client, "posts/my_posts.html", "my-posts", 422)
            self.assertContains(response, "Tick the posts first", status_code=422)
        self.assertTrue(Post.objects.exists())

    @both_ways("ada")
    def test_too_many_are_refused(self, client):
        response = client.post(URL, {"post": [*range(MOST + 1)]})
        self.assertAnswers(response, client, "posts/my_posts.html", "my-posts", 422)
        self.assertContains(response, "at most 100 posts", status_code=422)

    def test_posts_of_others_are_passed_over_without_a_word(self):
        mine, foreign = make_post(self.ada, title="Mine"), make_post(self.ben, title="Foreign")
        response = self.htmx(self.ada).post(URL, {"post": [mine.pk, foreign.pk, 987654]})
        self.assertContains(response, "“Mine” is in the trash.")
        self.assertEqual([*Post.objects.all()], [foreign])
        self.assertContains(
            self.htmx(self.ada).post(URL, {"post": foreign.pk}), "Tick the posts first", status_code=422
        )

    def test_as_many_queries_for_twenty_as_for_two(self):
        client = self.htmx(self.ada)
        for number in (2, 20):
            ticked = [post.pk for post in make_posts(self.ada, number)]
            # session, user; savepoint, look, write, release; counts, number of pages of an empty list
            with self.subTest(number), self.assertNumQueries(8):
                client.post(URL, {"post": ticked})

    def test_signed_out(self):
        self.assertNeedsSignIn(URL, "post")

    def test_wrong_methods(self):
        self.assertRefuses(URL, self.ada, "get", "put", "delete")
