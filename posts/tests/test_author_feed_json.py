"""What one author has written as JSON Feed 1.1."""

from posts.tests import feeds


class AuthorFeedJsonTests(feeds.FeedTests):
    name, word = "author_feed_json", "ada"
