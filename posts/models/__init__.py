"""The rules of posts, on models and querysets."""

from posts.models.post import Conflict, Post
from posts.models.submission import Submission
from posts.models.tag import Tag

__all__ = ["Conflict", "Post", "Submission", "Tag"]
