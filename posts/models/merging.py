"""Two saves of a post that began from the same version, made one."""

from posts.merge import Merged, choose, merge, merge_names
from posts.models.revision import LABELS, PICTURE, Revision


class Merge:
    """What two saves made of their ancestor: `merged`, and in `clashes` the fields that both changed differently.

    `text` has the regions of the content; in a clash, `merged` has what is mine.
    """

    text: Merged
    merged: Revision
    clashes: set[str]

    def __init__(self, base: Revision, theirs: Revision, mine: Revision) -> None:
        self.base, self.theirs, self.mine = base, theirs, mine
        self.clashes = set()
        if base.published_at is None and theirs.is_public and mine.is_public:
            mine.published_at = theirs.published_at  # both pressed Publish, one of them first
        self.text = merge(base.content, theirs.content, mine.content)
        self.merged = Revision(
            content=mine.content if theirs.content == base.content else self.text.text,
            tags=merge_names(base.tags, theirs.tags, mine.tags),
            # An address that is given up still leads to the post: it is no clash.
            slug=theirs.slug if mine.slug in (base.slug, "") else mine.slug,
            **{name: self._choose(name) for name in ("title", "excerpt", "published_at", "language")},
        )
        for name in PICTURE:
            setattr(self.merged, name, self._choose(name, "featured_image", PICTURE))
        if theirs.is_public and not mine.is_public and not base.is_public:
            self.clashes.add("published_at")  # what was written as a draft does not go live by a merge
        if self.text.clashes:
            self.clashes.add("content")

    @property
    def clashing_fields(self) -> list[tuple[str, str, str]]:
        """(label, theirs, mine) of what clashes beside the text."""
        return [
            (label, self.theirs.shown(name), self.mine.shown(name))
            for name, label in LABELS.items()
            if name in self.clashes
        ]

    def _choose(self, name: str, field: str = "", names: tuple[str, ...] = ()) -> object:
        """The value of `name`, where all of `names` come from one side."""
        sides = [[getattr(side, one) for one in names or (name,)] for side in (self.base, self.theirs, self.mine)]
        value, clashes = choose(*sides)
        if clashes:
            self.clashes.add(field or name)
        return value[(names or (name,)).index(name)]
