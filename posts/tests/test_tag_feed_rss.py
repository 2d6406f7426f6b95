"""What is about one thing as RSS 2.0."""

from django.test import tag

from posts.tests import feeds


@tag("slow")  # the three forms of the site's, and this one as JSON, are not
class TagFeedRssTests(feeds.FeedTests):
    name, word = "tag_feed_rss", "coast"
