"""The newest posts as Atom."""

from posts.tests import feeds


class FeedAtomTests(feeds.FormTests):
    name = "feed_atom"
