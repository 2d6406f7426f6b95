"""The database keeps at each tag the date of its post, whoever writes it."""

from django.utils import timezone

from core.testing.cases import ViewTestCase
from posts.models import Post, PostTag
from posts.tests.factory import make_post


class TagDateTests(ViewTestCase):
    def dates(self, post: Post) -> set:
        return set(PostTag.objects.filter(post=post).values_list("published_at", flat=True))

    def test_the_date_is_that_of_a_post_that_readers_may_see_or_are_to_see(self):
        post = make_post(self.ada, tags=("coast", "tides"))
        self.assertEqual(self.dates(post), {post.published_at})
        post.unpublish()
        self.assertEqual(self.dates(post), {None})
        post.publish(timezone.now())
        self.assertEqual(self.dates(post), {post.published_at})
        post.discard()
        self.assertEqual(self.dates(post), {None})
        post.restore()
        self.assertEqual(self.dates(post), {post.published_at})

    def test_writes_that_pass_no_model_are_seen_too(self):
        one, other = (make_post(self.ada, state="draft", tags=("coast",)) for _ in range(2))
        now = timezone.now()
        Post.objects.filter(pk__in=(one.pk, other.pk)).update(published_at=now)
        self.assertEqual(self.dates(one) | self.dates(other), {now})
        PostTag.objects.filter(post=one).delete()
        PostTag.objects.bulk_create([PostTag(post=one, tag=other.tags.get())])
        self.assertEqual(self.dates(one), {now})
