"""What is about one thing as Atom."""

from django.test import tag

from posts.tests import feeds


@tag("slow")  # the three forms of the site's, and this one as JSON, are not
class TagFeedAtomTests(feeds.FeedTests):
    name, word = "tag_feed_atom", "coast"
