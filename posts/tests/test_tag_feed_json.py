"""What is about one thing as JSON Feed 1.1."""

from posts.tests import feeds


class TagFeedJsonTests(feeds.FeedTests):
    name, word = "tag_feed_json", "coast"
