"""What authors fill in.

post.py       the form that a post is written in: its fields, what is right, and how it is saved
typed.py      what is typed in it and not saved, kept as a working copy, right or wrong
writer.py     whose an open form is, when the login has ended meanwhile
localtime.py  a time of somebody's own clock
revision.py   the name of a version; change.py: what readers are told of a change; picture.py: where one goes
"""

from posts.forms.change import ChangeForm
from posts.forms.picture import PictureUseForm
from posts.forms.post import PostForm
from posts.forms.revision import RevisionNameForm
from posts.forms.typed import LONGEST_TEXT
from posts.forms.writer import writer_of

__all__ = ["LONGEST_TEXT", "ChangeForm", "PictureUseForm", "PostForm", "RevisionNameForm", "writer_of"]
