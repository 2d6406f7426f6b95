"""What one author has written as Atom."""

from django.test import tag

from posts.tests import feeds


@tag("slow")  # the three forms of the site's, and this one as JSON, are not
class AuthorFeedAtomTests(feeds.FeedTests):
    name, word = "author_feed_atom", "ada"
