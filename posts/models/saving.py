"""How a post is saved: as a revision in one line, merged with what others saved meanwhile, once for each form."""

import uuid
from collections.abc import Iterable
from contextlib import suppress
from copy import copy
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.models import User
from core.images.models import Image
from posts import markup, search
from posts.models.address import LETTERS, Addressed
from posts.models.guarded import Moved
from posts.models.merging import Merge
from posts.models.revision import PICTURE, Revision, RevisionQuerySet
from posts.models.submission import Submission
from posts.models.tag import Tag
from posts.models.use import PostImage, may_show

if TYPE_CHECKING:
    from posts.models.post import Post

TRIES = 100  # of a save that others outrun; each of them has saved
RENDERED = ("content_html", "headings", "summary", "word_count")  # what is known from the text


class Conflict(Exception):
    """The post, which is `post` now, was saved since the form was opened, and the two do not fit together.

    `merge` says where; what was to be saved is kept as the revision `kept`.
    """

    def __init__(self, post: "Post", merge: Merge, kept: Revision) -> None:
        super().__init__()
        self.post, self.merge, self.kept = post, merge, kept


class Saved(Addressed):
    """What writes the row of a post; revise() is the way in."""

    head: Revision | None = None  # what the last save of this instance made
    lost_pictures = False  # whether its text names pictures that are not kept, or another's
    came_back = False  # whether that took it out of the trash

    class Meta:
        abstract = True

    @classmethod
    def begin(cls, author: User) -> "Post":
        """A new post of which only a working copy exists. It has an address to come back to, and no version yet."""
        post = cls(author=author, version=0, slug=f"draft-{get_random_string(10, LETTERS)}")
        post._save_here(force_insert=True)
        return post

    def save(self, **kwargs: object) -> None:
        """Saves the row with all that is known from its text, under a free slug of its title if it has none.

        As every save it is a revision; one of some fields only is not, for it changes no text.
        """
        with transaction.atomic():
            if (fields := kwargs.get("update_fields")) is None:
                before, revision = Revision(), Revision.of(self, () if self._state.adding else None)
                if not self._state.adding:
                    row = type(self).everything.get(pk=self.pk)
                    before = Revision.of(row)
                    self.changed_at, self.change_count = row.changed_at, row.change_count
                    self._ensure_revision(before, self._look_back(before, until=row.deleted_at), self.version)
                    self.version += 1
                revision.count_words(before)
                self._note_change(before, revision)
                self.render()
                self._write(before.slug, **kwargs)
                self._attach(before.content)
                self._add_revision(revision, self.version)
                search.index(self.pk, self.title, revision.tags, self.content_html)
            else:
                if {"content", "excerpt"} & set(fields):
                    kwargs["update_fields"] = {*fields, *RENDERED}
                    self.render()
                self._write(self.slug, **kwargs)
                if {"content", "featured_image"} & set(fields):
                    self._attach()
                if {"title", "content"} & set(fields):
                    search.index(self.pk, self.title, Revision.of(self).tags, self.content_html)

    def render(self) -> None:
        """Set what is known from the text: see RENDERED."""
        self.content_html = markup.render(self.content)
        self.headings = markup.headings(self.content_html)
        self.summary = self.excerpt or markup.excerpt(self.content_html)
        self.word_count = markup.count_words(self.content)

    def revise(
        self,
        *,
        tags: Iterable[str] | None = None,
        by: User | None = None,
        version: int | None = None,
        submission: uuid.UUID | None = None,
        digest: str = "",
        order: int = 0,
        tab: str = "",
        reason: str = Revision.Reason.SAVED,
        row: Revision | None = None,
    ) -> "Post":
        """Save what was written as a new revision, in one guarded transaction, and answer the post, out of the trash.

        `version` is what its writer began from (None: what this row was read as). If others have saved since, the
        two are merged. `submission` is the one-time token of the form and `digest` that of all it sent: both once
        more save nothing and answer the post of the first time; the token with other words is one more save, which
        goes on from the one before. `order` is the form's own count: an autosave with a higher one was typed later.
        `tags` None: as they are. `row` is the post as it was read a moment ago, which spares reading it again and is
        used up by it.
        Raises Conflict if the two do not fit together, after keeping this one beside the line, and
        Image.DoesNotExist if the picture is on its way out.
        """
        mine, by = Revision.of(self, tags), by or self.author
        version = (self.version if self.pk else 0) if version is None else version
        mine.reason, post_pk = reason, self.pk
        for _ in range(TRIES):
            theirs, row = row or self._read(post_pk), None
            if theirs is None:  # removed for good since it was read: what was written begins it anew
                post_pk, version = None, 0
                continue
            post = theirs.post
            # After the post: who sees what this form has saved at the same time sees its claim, too.
            claim = Submission.objects.of(by, submission)
            if claim and claim.post and claim.knows(digest):
                return claim.post
            if claim and claim.post_id and not post_pk:
                post_pk = claim.post_id
                continue
            own = claim.version if claim and claim.post_id == post_pk else 0
            if own > post.version:
                continue
            mine.began_from = max(version, own)
            try:
                if submission and not claim:
                    claim = Submission(author=by, token=submission)
                # A copy, for an attempt that fails has written down of it what is not so.
                return self._attempt(theirs, copy(mine), by=by, claim=claim, digest=digest, order=order, tab=tab)
            except (Moved, Submission.Taken):
                continue
        raise RuntimeError(f"Post {post_pk} was saved {TRIES} times by others meanwhile")

    def _read(self, pk: int | None) -> Revision | None:
        """What the post is now; one that nobody has begun for None as its key, None if there is none of this key."""
        if not pk:
            return Revision.of(type(self)(author=self.author, version=0, created_at=self.created_at))
        post = type(self).everything.filter(pk=pk).first()
        return post and Revision.of(post)

    def _attempt(
        self, row: Revision, mine: Revision, *, by: User, claim: Submission | None, digest: str, order: int, tab: str
    ) -> "Post":
        """Write `mine` over `row`. Raises Moved if the post is not that any more, and Conflict as revise() does."""
        post, after = row.post, mine
        rendered = post.content, post.excerpt
        if post.version != mine.began_from:
            merge = Merge(post.ancestor(mine.began_from), row, mine)
            if merge.clashes:
                raise Conflict(post, merge, post.keep(mine, by=by, reason=Revision.Reason.CLASHED))
            after = merge.merged
            after.reason, after.began_from = Revision.Reason.MERGED, mine.began_from
        after.write_to(post)
        after.count_words(row)  # these two before the transaction, which keeps other writers waiting
        if not post.version or (post.content, post.excerpt) != rendered:
            post.render()
        with transaction.atomic():
            known, version = post._look_back(row, until=post.deleted_at), post.version
            post.version += 1
            if not post.was_public:  # its time may have come in the trash
                post.first_published_at = None
            post.came_back, post.deleted_at = bool(post.deleted_at), None
            post._note_change(row, after)
            post._write(row.slug, over=version if post.pk else None)  # the one write that decides who is first
            post._ensure_revision(row, known, version)
            if after.tags != row.tags:
                post.tags.set(Tag.objects.named(after.tags))
            post._attach(row.content)
            after.by = by
            post._add_revision(after, post.version)
            search.index(post.pk, post.title, after.tags, post.content_html)
            if claim:
                claim.note(post, digest, order=order, own=after is mine)
                post.working_copies.saved_by(claim, order=order, tab=tab)
        return post

    def _attach(self, old_content: str | None = None) -> None:
        """In the transaction that writes it: hold the pictures that it shows.

        `old_content` is what the text was before; None if that is not known. What the text may not show, or what is
        on its way out, costs no text: it is not shown, see `lost_pictures`.
        Raises Image.DoesNotExist if the lead picture is on its way out.
        """
        named = markup.pictures(self.content)
        had = old_content is None or bool(markup.pictures(old_content))
        featured = {self.featured_image_id} - {None}
        if not (named or had or featured):
            return
        may = Q(owner=self.author_id) | Q(pk__in=featured)
        if named:
            may |= may_show(self, self.author_id)
        attached = Image.objects.filter(may).attach(featured.union(named))
        if named or had:
            PostImage.objects.settle(attached.intersection(named), post=self)
        self.lost_pictures = len(attached.intersection(named)) < len(named)
        if not featured <= attached:
            raise Image.DoesNotExist

    # --- History --------------------------------------------------------------------------------------------

    def ancestor(self, version: int) -> Revision:
        """What the post was at `version`; nothing at all if that is not known."""
        return self.revisions.filter(number=version).first() or Revision()

    def saved_since(self, version: int) -> RevisionQuerySet:
        """The saves after `version`, the first of them first."""
        return self.revisions.line().filter(number__gt=version).with_all_for_list().order_by("number")

    def _look_back(self, now: Revision, *, until: datetime | None) -> Revision | None:
        """Say of `now`, what the row has, since when it has that and whether readers could see it: a schedule comes
        true without a save. `until` is when it went to the trash.

        Answers what is known of this version as a revision; None if the row was not written by save(). It stays true
        for as long as the post has the version, and so does the row's count of changes, which is put right with it:
        the write that follows decides. Raises Moved if the post was removed for good.
        """
        if not self.version:
            return None
        found = Revision.objects.known_of(self)
        now.created_at = found.created_at if found else self.updated_at
        now.was_public = now.is_seen(until or timezone.now())
        if found and now.was_public != found.was_public:
            # Once seen is seen; but of words that were written past save(), readers saw those, not the revision's.
            try:
                now.was_public = found.was_public or not found.has_other_words(now)
            except Revision.DoesNotExist:
                raise Moved from None
        now.is_change = bool(found and found.is_change and now.was_public)
        if found and found.is_change and not now.is_change:  # its time never came
            last = self.revisions.changes().exclude(pk=found.pk).first()
            self.changed_at, self.change_count = last and last.seen_at, self.change_count - 1
        return found

    def _ensure_revision(self, now: Revision, known: Revision | None, version: int) -> None:
        """See to it that the `version` that the row had is a revision, and says what _look_back() has found of it."""
        if not version:
            return
        if known is None:
            now.count_words(Revision())
            self._add_revision(now, version, slug=now.slug)
        else:
            # Tags are rows of their own, and may be set without a save.
            said = {name: getattr(now, name) for name in ("tags", "was_public", "is_change")}
            if any(getattr(known, name) != value for name, value in said.items()):
                self.revisions.filter(pk=known.pk).update(**said)

    def _note_change(self, before: Revision, after: Revision) -> None:
        """In the transaction that writes it, and before: whether readers see `after`, and had seen other words.

        Between the two there may have been drafts; those are nobody's business. What is scheduled counts from now
        on, for nobody will be there to count when its time comes; until then none of it is shown.
        """
        after.was_public = after.is_public and self.deleted_at is None
        if not after.published_at or self.deleted_at or not self.was_public:
            return
        seen = before if before.was_public else self.revisions.filter(was_public=True).order_by("-number").first()
        if seen and after.looks_other_than(seen):
            if seen is not before:
                after.count_words(seen)
            after.is_change = True
            self.changed_at, self.change_count = max(timezone.now(), after.published_at), self.change_count + 1

    def _add_revision(self, revision: Revision, version: int, *, slug: str = "") -> Revision:
        revision.post, revision.number, revision.slug = self, version, slug or self.slug
        revision.by = revision.by or self.author
        revision.save(force_insert=True)
        revision.note_pictures()
        self.head = revision
        return revision

    def restore_revision(self, revision: Revision, *, by: User) -> "Post | None":
        """Make title, text, excerpt, tags and picture what they were; a save like any other, None if they are so.

        For a picture that has gone for good meanwhile, the post keeps the one that it has.
        Raises Conflict, and ValidationError for what is not fit to be saved: a text that was discarded unfinished.
        """
        now = Revision.of(self)
        pictures = [{name: getattr(one, name) for name in PICTURE} for one in (revision, now)]
        for name in ("title", "content", "excerpt", "language"):
            setattr(self, name, getattr(revision, name))
        for picture in pictures[revision.lost_image :]:
            for name, value in picture.items():
                setattr(self, name, value)
            if Revision.of(self, revision.tags).says(now):
                break
            revision.check_fit()
            with suppress(Image.DoesNotExist):
                return self.revise(tags=revision.tags, by=by, reason=Revision.Reason.RESTORED)
        return None

    def keep(self, revision: Revision, *, by: User, reason: str, began_from: int | None = None) -> Revision:
        """Keep a text beside the line; the same one twice is one."""
        last = self.revisions.filter(number=None).newest_first().first()
        if last and last.says(revision):
            return last
        revision.post, revision.number, revision.by, revision.reason = self, None, by, reason
        if began_from is not None:
            revision.began_from = began_from
        revision.count_words(self.ancestor(revision.began_from))
        with transaction.atomic():
            revision.hold_still()
            revision.save(force_insert=True)
            revision.note_pictures()
        return revision
