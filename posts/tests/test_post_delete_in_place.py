"""A full page of one's own posts stays full and true while rows leave it and come back."""

from django.http import HttpResponse
from django.urls import reverse

from core.testing.cases import ViewTestCase
from posts.models import Post
from posts.tests.factory import make_posts
from posts.views.mine import PAGE_SIZE


class PostDeleteInPlaceTests(ViewTestCase):
    def post(self, name: str, post: Post, page: str = "") -> HttpResponse:
        listed = {"HX-Current-URL": f"http://testserver{reverse('my_posts')}{page}"}
        return self.htmx(self.ada).post(reverse(name, args=[post.slug]), headers=listed)

    def listed(self, number: int) -> list[Post]:
        make_posts(self.ada, number)
        return list(Post.objects.latest_worked_on())

    def assertArrives(self, response: HttpResponse, post: Post) -> None:
        self.assertContains(response, f'<hx-partial hx-target="#post-row-{post.pk}" hx-swap="delete">', 1)
        self.assertContains(response, '<hx-partial hx-target="#post-rows" hx-swap="beforeend">', 1)
        self.assertContains(response, f'<li class="post-row" id="post-row-{post.pk}">', 1)

    def assertNothingMoves(self, response: HttpResponse) -> None:
        self.assertNotContains(response, 'hx-swap="beforeend"')
        self.assertNotContains(response, 'hx-swap="delete"')

    def test_first_of_the_next_page_moves_up(self):
        posts = self.listed(PAGE_SIZE + 2)
        self.assertArrives(self.post("post_delete", posts[3]), posts[PAGE_SIZE])

    def test_page_in_the_middle_gets_the_first_of_the_one_behind_it(self):
        posts = self.listed(2 * PAGE_SIZE + 1)
        self.assertArrives(self.post("post_delete", posts[PAGE_SIZE], "?page=2"), posts[2 * PAGE_SIZE])

    def test_nothing_moves_up_where_nothing_follows(self):
        posts = self.listed(PAGE_SIZE)
        self.assertNothingMoves(self.post("post_delete", posts[0]))

    def test_nothing_moves_up_behind_the_last_page(self):
        posts = self.listed(PAGE_SIZE + 1)
        self.assertNothingMoves(self.post("post_delete", posts[PAGE_SIZE], "?page=2"))

    def test_undo_sends_it_back(self):
        posts = self.listed(PAGE_SIZE + 2)
        self.post("post_delete", posts[3])
        response = self.post("post_restore", posts[3])
        self.assertContains(response, f'hx-target="#post-row-{posts[PAGE_SIZE].pk}" hx-swap="delete"', 1)
        self.assertNotContains(response, 'hx-swap="beforeend"')

    def test_undo_on_the_last_page_moves_nothing(self):
        posts = self.listed(PAGE_SIZE)
        self.post("post_delete", posts[3])
        self.assertNothingMoves(self.post("post_restore", posts[3]))

    def test_rows_of_a_filtered_list_come_from_that_list(self):
        posts = self.listed(PAGE_SIZE + 1)
        make_posts(self.ada, 3, published_at=None)
        response = self.post("post_delete", posts[0], "?show=live")
        self.assertArrives(response, posts[PAGE_SIZE])
