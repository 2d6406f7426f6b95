"""The newest posts as RSS 2.0."""

from posts.tests import feeds


class FeedRssTests(feeds.OnceTests):
    name = "feed_rss"
