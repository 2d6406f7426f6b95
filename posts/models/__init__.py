"""The rules of posts, on models and querysets."""

from posts.models.address import Address
from posts.models.around import Around
from posts.models.bulkaction import BulkAction
from posts.models.draftlink import DraftLink
from posts.models.merging import Merge
from posts.models.post import Post
from posts.models.reads import Reads
from posts.models.revision import Revision
from posts.models.saving import Conflict
from posts.models.searchentry import SearchEntry, SearchWord
from posts.models.submission import Submission
from posts.models.tag import PostTag, Tag
from posts.models.use import PostImage, RevisionImage, WorkingCopyImage
from posts.models.usedin import Place
from posts.models.workingcopy import WorkingCopy

__all__ = [
    "Address",
    "Around",
    "BulkAction",
    "Conflict",
    "DraftLink",
    "Merge",
    "Place",
    "Post",
    "PostImage",
    "PostTag",
    "Reads",
    "Revision",
    "RevisionImage",
    "SearchEntry",
    "SearchWord",
    "Submission",
    "Tag",
    "WorkingCopy",
    "WorkingCopyImage",
]
