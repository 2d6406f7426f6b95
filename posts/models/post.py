"""A post: who may see it, who may change it, how it is saved, published and thrown away."""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Self
from urllib.parse import urljoin

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, models, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext

from accounts.models import User
from core.addresses import address
from core.images.models import Image
from posts import languages, markup, search
from posts.markup.headings import ENOUGH_HEADINGS, ENOUGH_WORDS
from posts.models.address import Address
from posts.models.revision import PICTURE, Merge, Revision, RevisionQuerySet
from posts.models.submission import Submission
from posts.models.tag import Tag, tag_link
from posts.models.use import PostImage, may_show

RESERVED_SLUGS = {"new", "preview"}  # what stands beside /posts/<slug>/ in urls.py
TRIES = 100  # of a save that others outrun; each of them has saved
MOST_WORDS = 8  # of a search; each is a look through every text
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # that are not taken for one another
RENDERED = ("content_html", "headings", "summary", "word_count")  # what is known from the text
SLUG_LENGTH = 80  # characters, before a number that tells equal titles apart


class Conflict(Exception):
    """The post, which is `post` now, was saved since the form was opened, and the two do not fit together.

    `merge` says where; what was to be saved is kept as the revision `kept`.
    """

    def __init__(self, post: "Post", merge: Merge, kept: Revision) -> None:
        super().__init__()
        self.post, self.merge, self.kept = post, merge, kept


class _Moved(Exception):
    """Somebody saved between the look and the write."""


def slug_base(title: str) -> str:
    """The address that a title asks for, before a number tells equal ones apart."""
    base = slugify(title, allow_unicode=True)
    if len(base) > SLUG_LENGTH:
        base = base[: SLUG_LENGTH + 1].rpartition("-")[0] or base[:SLUG_LENGTH]
    return base or "post"


def public(before: datetime | None = None) -> Q:
    """What readers may see, of posts and of what carries their date; of that, what was published `before` a moment.

    In one bound: of two, SQLite begins in an index at the first, and reads on to the second.
    """
    now = timezone.now()
    return Q(published_at__lt=before) if before and before <= now else Q(published_at__lte=now)


class PostQuerySet(models.QuerySet):
    def published(self, before: datetime | None = None) -> Self:
        return self.filter(public(before))

    def once_public(self) -> Self:
        """Those whose address readers may know: as `was_public`, and rows that were not written by save()."""
        now = timezone.now()
        return self.filter(Q(first_published_at__lte=now) | Q(published_at__lte=now))

    def scheduled(self) -> Self:
        return self.filter(published_at__gt=timezone.now())

    def drafts(self) -> Self:
        return self.filter(published_at=None)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """What is public, and one's own."""
        return self.filter(public() | Q(author=user) if user.is_authenticated else public())

    def editable_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(author=user) if user.is_authenticated else self.none()

    def at(self, slug: str) -> Self:
        """The post with this address, now or once."""
        return self.filter(Q(slug=slug) | Q(pk__in=Address.objects.filter(slug=slug).values("post")))

    def begun_with(self, token: str) -> "Post | None":
        """The post that the form with this one-time token has begun or saved by now."""
        try:
            token = uuid.UUID(token)
        except ValueError:
            return None
        copies = self.model.working_copies.rel.related_model.objects.filter(token=token)
        saves = Submission.objects.filter(token=token)
        return self.filter(Q(pk__in=copies.values("post")) | Q(pk__in=saves.values("post"))).first()

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def latest_worked_on(self) -> Self:
        return self.order_by("-updated_at", "-pk")

    def with_all_for_list(self) -> Self:
        """What a list shows of each post, and not its text."""
        return (
            self.select_related("author", "featured_image").prefetch_related("tags").defer("content", "content_html")
        )

    def containing(self, words: str) -> Self:
        """Those whose title or text holds every one of `words`, in any order."""
        for word in dict.fromkeys(words.split()[:MOST_WORDS]):
            self = self.filter(Q(title__icontains=word) | Q(content__icontains=word))  # noqa: PLW0642
        return self

    def counts(self) -> dict[str, int]:
        """How many there are, by state: {"all": 14, "live": 9, "scheduled": 1, "drafts": 4, "trash": 2}."""
        now, living = timezone.now(), Q(deleted_at=None)
        return self.aggregate(
            all=Count("pk", filter=living),
            live=Count("pk", filter=living & Q(published_at__lte=now)),
            scheduled=Count("pk", filter=living & Q(published_at__gt=now)),
            drafts=Count("pk", filter=living & Q(published_at=None)),
            trash=Count("pk", filter=~living),
        )


class LivingManager(models.Manager.from_queryset(PostQuerySet)):
    def get_queryset(self) -> PostQuerySet:
        return super().get_queryset().filter(deleted_at=None)


class TrashManager(models.Manager.from_queryset(PostQuerySet)):
    def get_queryset(self) -> PostQuerySet:
        return super().get_queryset().exclude(deleted_at=None)


class Post(models.Model):
    _shown: dict[uuid.UUID, Image] | None = None  # the pictures in its text, where fetch_pictures() has asked for them
    head: Revision | None = None  # what the last save of this instance made
    lost_pictures = False  # whether its text names pictures that are not kept, or another's
    came_back = False  # whether that took it out of the trash

    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True, allow_unicode=True, blank=True)
    content = models.TextField()
    content_html = models.TextField(editable=False)
    headings = models.JSONField(default=list, editable=False, help_text="Of the text: [[level, id, words], ...].")
    language = models.CharField(max_length=12, blank=True, help_text="Such as “de”. Empty: the site's.")
    author = models.ForeignKey(User, models.PROTECT, related_name="posts")
    tags = models.ManyToManyField(Tag, through="posts.PostTag", blank=True, related_name="posts")
    excerpt = models.TextField(max_length=300, blank=True)
    summary = models.CharField(max_length=300, editable=False, help_text="The excerpt, or the text's beginning.")
    word_count = models.PositiveIntegerField(default=0, editable=False)

    featured_image = models.ForeignKey(Image, models.PROTECT, null=True, blank=True, related_name="+")
    image_alt = models.CharField(max_length=300, blank=True)
    image_decorative = models.BooleanField(default=False)

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True, help_text="Empty: a draft. Ahead: scheduled.")
    first_published_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False, help_text="When readers last saw it change.")
    change_count = models.PositiveIntegerField(default=0, editable=False, help_text="How often since it was public.")
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every save.")

    objects = LivingManager()
    trash = TrashManager()
    everything = models.Manager.from_queryset(PostQuerySet)()

    class Meta:
        indexes = [
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                "deleted_at",  # or SQLite looks into each row that a deep page passes over
                condition=Q(deleted_at=None),
                name="post_newest_first",
            ),
            models.Index(
                *("author", F("published_at").desc(), F("id").desc(), "deleted_at"),
                condition=Q(deleted_at=None),
                name="post_of_author",
            ),
            models.Index(
                *("author", F("updated_at").desc(), F("id").desc()),
                condition=Q(deleted_at=None),
                name="post_latest_worked_on",
            ),
            models.Index("deleted_at", condition=Q(deleted_at__isnull=False), name="post_trash"),
            models.Index(fields=["changed_at", "id"], condition=Q(changed_at__isnull=False), name="post_changed"),
        ]

    def __str__(self) -> str:
        return self.title or gettext("Untitled")

    def get_absolute_url(self) -> str:
        return address("post_detail", self.slug)

    @property
    def status(self) -> str:
        """ "draft", "scheduled" or "published"."""
        if self.published_at is None:
            return "draft"
        return "published" if self.published_at <= timezone.now() else "scheduled"

    @status.setter
    def status(self, status: str) -> None:
        if status == "draft":
            self.published_at = None
        elif self.status != "published":
            self.published_at = timezone.now()

    @property
    def reading_minutes(self) -> int:
        return markup.reading_minutes(self.word_count)

    @property
    def tag_links(self) -> SafeString:
        return format_html_join("", "{}", ((tag_link(tag.slug, tag.name),) for tag in self.tags.all()))

    @property
    def lang_attrs(self) -> SafeString | str:
        """lang and dir for an element with its words, where these differ from the page's."""
        return languages.where_it_differs(self.language)

    @property
    def contents(self) -> SafeString | str:
        """The table of contents, of a long text."""
        if len(self.headings) < ENOUGH_HEADINGS or self.word_count < ENOUGH_WORDS:
            return ""
        return markup.table_of_contents(self.headings)

    @property
    def prose(self) -> SafeString:
        """The text as readers see it."""
        # A row that was not written by save() is rendered now.
        html = self.content_html or markup.render(self.content)
        if "/images/" not in html:
            return markup.rendered(html)
        return self.with_pictures(html) if self._shown is None else markup.place_pictures(html, self._shown)

    def fetch_pictures(self) -> None:
        """Ask at once for every picture that its page shows: its own, those in its text, and its author's."""
        named = markup.pictures(self.content_html) if "/images/" in self.content_html else []
        wanted = {*named, self.featured_image_id, self.author.avatar_id} - {None}
        if not self.content_html:
            return
        self._shown = {}
        if not wanted:
            return
        images = Image.objects.in_bulk(wanted)
        self.featured_image, self.author.avatar = map(images.get, (self.featured_image_id, self.author.avatar_id))
        for image in filter(None, map(images.get, named)):
            if image.state != Image.State.DELETING:
                self._shown[image.pk] = image
        if any(image.owner_id != self.author_id for image in self._shown.values()):
            used = set(PostImage.objects.filter(post=self).values_list("image", flat=True))
            for image in [*self._shown.values()]:
                if image.owner_id != self.author_id and image.pk not in used:
                    del self._shown[image.pk]

    def with_pictures(self, html: str) -> SafeString:
        """A text of this post as it was rendered, with its pictures where they are now; one query if it has any."""
        if not (named := markup.pictures(html)):
            return markup.rendered(html)
        mine = Q(owner=self.author_id)
        if self.pk:
            mine |= Q(pk__in=PostImage.objects.filter(post=self).values("image"))
        found = Image.objects.filter(mine, pk__in=named).exclude(state=Image.State.DELETING)
        return markup.place_pictures(html, {image.pk: image for image in found})

    @property
    def social_image(self) -> str:
        """The whole address of a picture of presets.SOCIAL's size: its own, or its title drawn."""
        if self.featured_image and (own := self.featured_image.social()):
            return urljoin(settings.SITE_URL, own)
        words = hashlib.md5(f"{self.title}\n{self.author}".encode(), usedforsecurity=False).hexdigest()[:8]
        drawn = address("post_social", self.slug)
        return f"{settings.SITE_URL}{drawn}?{words}"  # others keep what an address showed once

    @property
    def lacks_image_alt(self) -> bool:
        return bool(self.featured_image_id) and not (self.image_alt or self.image_decorative)

    @property
    def was_public(self) -> bool:
        """Whether readers may know its address."""
        return self.first_published_at is not None and self.first_published_at <= timezone.now()

    # --- Saving ---------------------------------------------------------------------------------------------

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
                    row = Post.everything.get(pk=self.pk)
                    before = Revision.of(row)
                    self.changed_at, self.change_count = row.changed_at, row.change_count
                    self._ensure_revision(before, until=row.deleted_at)
                    self.version += 1
                revision.count_words(before)
                self._note_change(before, revision)
                self.render()
                self._write(before.slug, **kwargs)
                self._attach(before.content)
                self._add_revision(revision)
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

    def _write(self, old_slug: str = "", **kwargs: object) -> None:
        if not self.was_public:
            self.first_published_at = self.published_at
        if self.slug:
            self._save_here(old_slug, **kwargs)
        else:
            self._save_under_free_slug(old_slug, **kwargs)

    def _save_here(self, old_slug: str = "", **kwargs: object) -> None:
        """Raises IntegrityError if the address is, or once was, another post's."""
        new = self._state.adding
        super().save(**kwargs)
        if self.slug == old_slug:
            return
        if old_slug:  # a row that was not written by save() has told nobody of its own
            Address.objects.get_or_create(slug=old_slug, defaults={"post": self})
        if new or not self.addresses.filter(slug=self.slug).exists():
            Address.objects.claim(self.slug, self)

    def _save_under_free_slug(self, old_slug: str, **kwargs: object) -> None:
        for slug in self._free_slugs():
            self.slug = slug
            try:
                with transaction.atomic():
                    self._save_here(old_slug, **kwargs)
            except IntegrityError:
                # Somebody took it between the look and the save; any other fault is not ours to hide.
                if self.may_have(slug):
                    raise
            else:
                return

    def may_have(self, slug: str) -> bool:
        """Whether no other post has, or has had, this address."""
        others = Post.everything.exclude(pk=self.pk).filter(slug=slug)
        return not (others.exists() or Address.objects.taken_from(self).filter(slug=slug).exists())

    def _free_slugs(self) -> Iterator[str]:
        """title, title-2 ... title-9 where they are free, then title-k3f9ap: one query, however many there are."""
        base = slug_base(self.title)
        numbered = [
            *([] if base in RESERVED_SLUGS else [base]),
            *(f"{base}-{number}" for number in range(2, 10)),
        ]
        posts = Post.everything.exclude(pk=self.pk).filter(slug__in=numbered).values_list("slug", flat=True)
        others = Address.objects.taken_from(self).filter(slug__in=numbered).values_list("slug", flat=True)
        taken = set(posts.union(others))
        yield from (slug for slug in numbered if slug not in taken)
        while True:
            yield f"{base}-{get_random_string(6, LETTERS)}"

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
        row: "Post | None" = None,
    ) -> "Post":
        """Save what was written as a new revision, in one guarded transaction, and answer the post, out of the trash.

        `version` is what its writer began from (None: what this row was read as). If others have saved since, the
        two are merged. `submission` is the one-time token of the form and `digest` that of all it sent: both once
        more save nothing and answer the post of the first time; the token with other words is one more save, which
        goes on from the one before. `order` is the form's own count: an autosave with a higher one was typed later.
        `tags` None: as they are. `row` is this post as it was read a moment ago, which spares reading it again.
        Raises Conflict if the two do not fit together, after keeping this one beside the line, and
        Image.DoesNotExist if the picture is on its way out.
        """
        mine, by = Revision.of(self, tags), by or self.author
        version = (self.version if self.pk else 0) if version is None else version
        mine.reason, post_pk = reason, self.pk
        for _ in range(TRIES):
            anew = Post(author=self.author, version=0, created_at=self.created_at)
            post = row or (Post.everything.filter(pk=post_pk).first() if post_pk else anew)
            row = None
            if post is None:  # removed for good since it was read: what was written begins it anew
                post_pk, version = None, 0
                continue
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
                return self._attempt(post, mine, by=by, claim=claim, digest=digest, order=order, tab=tab)
            except (_Moved, Submission.Taken):
                continue
        raise RuntimeError(f"Post {post_pk} was saved {TRIES} times by others meanwhile")

    def _attempt(
        self, post: "Post", mine: Revision, *, by: User, claim: Submission | None, digest: str, order: int, tab: str
    ) -> "Post":
        """Write `mine` to `post` as it was read. Raises _Moved if it was saved since, Conflict as revise() does."""
        theirs, rendered = Revision.of(post), (post.content, post.excerpt)
        after = mine
        if post.version != mine.began_from:
            merge = Merge(post.ancestor(mine.began_from), theirs, mine)
            if merge.clashes:
                raise Conflict(post, merge, post.keep(mine, by=by, reason=Revision.Reason.CLASHED))
            after = merge.merged
            after.reason, after.began_from = Revision.Reason.MERGED, mine.began_from
        after.write_to(post)
        after.count_words(theirs)  # these two before the transaction, which keeps other writers waiting
        if not post.version or (post.content, post.excerpt) != rendered:
            post.render()
        with transaction.atomic():
            post._guard()
            post._ensure_revision(theirs, until=post.deleted_at)
            post.version += 1
            post.came_back, post.deleted_at = bool(post.deleted_at), None
            post._note_change(theirs, after)
            post._write(theirs.slug)
            if after.tags != theirs.tags:
                post.tags.set(Tag.objects.named(after.tags))
            post._attach(theirs.content)
            after.by = by
            post._add_revision(after)
            search.index(post.pk, post.title, after.tags, post.content_html)
            if claim:
                claim.note(post, digest, order=order, own=after is mine)
                post.working_copies.filter(author=by, token=claim.token).superseded(order, claim.version, tab)
        return post

    def _guard(self) -> None:
        """The one write that decides who is first."""
        if self.pk and not Post.everything.filter(pk=self.pk, version=self.version).update(version=F("version") + 1):
            raise _Moved

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

    def _ensure_revision(self, now: Revision, *, until: datetime | None = None) -> None:
        """See to it that the version that the row has is a revision, though the row was not written by save(), and
        that it says whether readers could see it: a schedule comes true without a save.

        `until` is when it went to the trash.
        """
        if not self.version:
            return
        known = self.revisions.only("pk", "tags", "was_public", "is_change", "created_at")
        found = known.filter(number=self.version).first()
        now.created_at = found.created_at if found else self.updated_at
        now.was_public = now.is_seen(until or timezone.now())
        if found and now.was_public != found.was_public:
            # Once seen is seen; but of words that were written past save(), readers saw those, not the revision's.
            now.was_public = found.was_public or not found.has_other_words(now)
        if found is None:
            now.count_words(Revision())
            self._add_revision(now, slug=now.slug)
        elif (found.tags, found.was_public) != (now.tags, now.was_public):
            # Tags are rows of their own, and may be set without a save.
            self.revisions.filter(pk=found.pk).update(tags=now.tags, was_public=now.was_public)
        if found and found.is_change and not now.was_public:  # its time never came
            self.revisions.filter(pk=found.pk).update(is_change=False)
            last = self.revisions.changes().first()
            self.changed_at, self.change_count = last and last.seen_at, self.change_count - 1

    def _note_change(self, before: Revision, after: Revision) -> None:
        """In the transaction that writes it: whether readers see `after`, and whether they had seen other words.

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

    def _add_revision(self, revision: Revision, *, slug: str = "") -> Revision:
        revision.post, revision.number, revision.slug = self, self.version, slug or self.slug
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

    # --- Publishing, the trash ------------------------------------------------------------------------------

    def publish(self, at: datetime | None = None) -> None:
        """Make it public now, or `at` a time ahead. What readers have seen before keeps its first date."""
        if at or self.status != "published":
            self._set_published_at(at or self.public_date())

    def public_date(self) -> datetime:
        """Under which date it is public from now on, if nobody gives another."""
        return self.first_published_at if self.was_public else timezone.now()

    def unpublish(self) -> None:
        """Make it a draft again, or call off its schedule."""
        self._set_published_at(None)

    def _set_published_at(self, at: datetime | None) -> None:
        self.published_at = at
        reasons = Revision.Reason
        reason = reasons.PUBLISHED if at else reasons.UNPUBLISHED
        try:
            saved = self.revise(reason=reason)
        except Conflict as conflict:  # somebody did the same or the opposite at the same moment: the last one counts
            conflict.post.published_at = at
            saved = conflict.post.revise(reason=reason)
        for name in ("published_at", "first_published_at", "updated_at", "version", "changed_at", "change_count"):
            setattr(self, name, getattr(saved, name))

    def discard(self) -> None:
        """Into the trash, with its picture, its tags and its address."""
        self.deleted_at = timezone.now()
        Post.everything.filter(pk=self.pk).update(deleted_at=self.deleted_at)

    def restore(self) -> None:
        """Out of the trash, as it was; but what would have gone live meanwhile comes back as a draft."""
        missed = self.deleted_at and self.published_at and self.deleted_at < self.published_at <= timezone.now()
        if missed:
            self.unpublish()  # which brings it back; nobody has seen it meanwhile
        else:
            Post.everything.filter(pk=self.pk).update(deleted_at=None)
        self.deleted_at = None
