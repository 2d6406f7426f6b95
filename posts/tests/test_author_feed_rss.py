"""What one author has written as RSS 2.0."""

from django.test import tag

from posts.tests import feeds


@tag("slow")  # the three forms of the site's, and this one as JSON, are not
class AuthorFeedRssTests(feeds.FeedTests):
    name, word = "author_feed_rss", "ada"
