"""The newest posts as JSON Feed 1.1."""

from posts.tests import feeds


class FeedJsonTests(feeds.FormTests):
    name = "feed_json"
