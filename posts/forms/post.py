"""The form that a post is written in: its fields, what is right, and how it is saved."""

import uuid
from copy import copy
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.images.forms import GONE, PictureField, UploadField, settle
from core.images.models import Image
from core.text import one_line
from core.widgets import LongSelect
from posts import languages
from posts.forms.localtime import MINUTE, LocalTimeField
from posts.forms.typed import LONGEST_NUMBER, LONGEST_TEXT, Typed
from posts.forms.writer import proof_of
from posts.models import Conflict, Post, Revision, Submission, Tag, WorkingCopy
from posts.models.address import RESERVED_SLUGS, slug_base

MOST_TAGS = 10
LONGEST_SLUG = 100  # characters, as in the model
LONGEST_TAG = 40  # characters, as in the model
VERSIONS = 2**31 - 1  # the database's integers end there


def _languages() -> list[tuple[str, str]]:
    site = _("The site’s, %(language)s") % {"language": languages.name(settings.LANGUAGE_CODE)}
    return [("", site), *languages.NAMES.items()]


class PostForm(Typed):
    """Title, content and status suffice; everything else is optional and blocks nothing.

    Hidden travel `version`, what the form began from; `submission`, its one-time token; `copy`, the working copy
    that it goes on from; and `writer`, which proves whose form it is when the login has ended meanwhile.
    """

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        widget=forms.Textarea({"rows": 1, "placeholder": _("Title"), "data-one-line": True, "dir": "auto"}),
        error_messages={"required": _("Give the post a title.")},
    )
    content = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea({"rows": 16, "placeholder": _("Write …"), "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )
    body_image = UploadField(
        label=_("Picture in the text"), required=False, help_text=_("It is put at the end of the text.")
    )
    status = forms.ChoiceField(
        choices=[("draft", ""), ("published", "")],  # never shown: two buttons say it
        required=False,
        widget=forms.HiddenInput,
    )
    featured_image = PictureField(label=_("Picture"), required=False)
    publish_at = LocalTimeField(label=_("Time"), required=False)
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=400,
        widget=forms.TextInput({"dir": "auto"}),
        help_text=_("Separated by commas."),
    )
    slug = forms.CharField(label=pgettext_lazy("of a page", "Address"), required=False, max_length=LONGEST_SLUG)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=_languages, widget=LongSelect)
    version = forms.IntegerField(required=False, min_value=0, max_value=VERSIONS - 1, widget=forms.HiddenInput)
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)
    copy = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    writer = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    class Meta:
        model = Post
        fields = ["title", "content", "excerpt", "language", "image_alt", "image_decorative"]
        labels = {
            "excerpt": _("Excerpt"),
            "image_alt": _("Description"),
            "image_decorative": _("Decorative, needs no description"),
        }
        help_texts = {"image_alt": _("Read aloud to people who cannot see it, and shown when it does not load.")}
        widgets = {
            "excerpt": forms.Textarea({"rows": 3, "dir": "auto"}),
            "image_alt": forms.Textarea({"rows": 2, "dir": "auto"}),
        }

    field_order = ["title", "body_image"]  # before the text, which it comes into

    def __init__(self, *args: Any, author: User, working_copy: WorkingCopy | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        post = self.instance
        post.author = author  # none but she gets here; so the row need not be asked who it is
        self.row = Revision.of(copy(post)) if post.pk else None  # cleaning writes to the instance
        if post.pk is None:
            post.version = 0
        self.fields["featured_image"].owner = self.fields["body_image"].owner = author
        said = _("Ahead: published then. Empty: at once. Time zone: %(zone)s.")
        self.fields["publish_at"].help_text = said % {"zone": timezone.get_current_timezone_name()}
        self.fields["slug"].help_text = _("Empty: made from the title.")
        self._begin_from(self._began(post))
        self.initial |= {
            "version": post.version,
            "submission": uuid.uuid4(),
            "copy": "",
            "writer": partial(proof_of, author, post),
        }
        if working_copy:
            self._go_on(working_copy)

    def _began(self, post: Post) -> Revision:
        """What the author saw when the form was opened: the post, or what it was then."""
        version = self.data.get("version", "")
        if post.pk and version.isdecimal() and len(version) < LONGEST_NUMBER and int(version) != post.version:
            return post.ancestor(int(version))
        return self.row or Revision.of(post)

    def _begin_from(self, began: Revision) -> None:
        post = Post()  # as readers would have it then
        began.write_to(post)
        self.was = post.status  # cleaning writes to the instance
        self.initial |= {
            **{
                name: getattr(began, name)
                for name in ("title", "content", "excerpt", "language", "image_alt", "image_decorative")
            },
            "status": "draft" if self.was == "draft" else "published",
            "featured_image": post.featured_image,
            "publish_at": post.published_at,
            "slug": began.slug if self.instance.version else "",
            "tags": ", ".join(began.tags),
        }

    def _go_on(self, working_copy: WorkingCopy) -> None:
        """Open with what was typed and not saved."""
        typed = working_copy.fields
        for name in {"publish_at", "tags", "excerpt", "slug", "language", "image_alt"} & set(typed):
            self.initial[name] = typed[name]
        self.initial |= {
            "title": working_copy.title,
            "content": working_copy.content,
            "image_decorative": "image_decorative" in typed,
            "version": working_copy.version,
            "copy": working_copy.seen,
        }
        if working_copy.picture:
            self.initial["featured_image"] = self.fields["featured_image"].widget.held = working_copy.picture
        elif "featured_image-clear" in typed:
            self.fields["featured_image"].widget.checked = True

    # --- Cleaning -------------------------------------------------------------------------------------------

    def clean_title(self) -> str:
        title = one_line(self.cleaned_data["title"])
        if not title:
            raise ValidationError(self.fields["title"].error_messages["required"], "required")
        return title

    def clean_body_image(self) -> Image | None:
        """The picture goes to the end of the text before that is checked: the form shows it there, saved or not."""
        if image := self.cleaned_data["body_image"]:
            _ = self._digest  # of what was sent
            self.data, self.files = self.data.copy(), self.files.copy()
            del self.files["body_image"]  # once
            self.data["content"] = image.at_end_of(self.data.get("content", ""))
        return image

    def clean_content(self) -> str:
        if not self.cleaned_data["content"].strip():
            raise ValidationError(self.fields["content"].error_messages["required"], "required")
        return self.cleaned_data["content"].replace("\r\n", "\n")

    def clean_status(self) -> str:
        return self.cleaned_data["status"] or self.initial["status"]

    def clean_tags(self) -> list[str]:
        names = Tag.names_in(self.cleaned_data["tags"])
        if len(names) > MOST_TAGS:
            said = _("At most %(most)d tags; these are %(number)d.")
            raise ValidationError(said, params={"most": MOST_TAGS, "number": len(names)})
        if long := next((name for name in names if max(len(name), len(slugify(name, True))) > LONGEST_TAG), None):
            said = _("“%(tag)s” is too long for a tag; at most %(most)d characters.")
            raise ValidationError(said, params={"tag": long, "most": LONGEST_TAG})
        return names

    def clean_slug(self) -> str:
        slug = slugify(self.cleaned_data["slug"], allow_unicode=True)
        if self.cleaned_data["slug"] and not slug:
            raise ValidationError(_("Use letters or digits in the address."))
        if len(slug) > LONGEST_SLUG:
            said = _("At most %(limit_value)d characters; these are %(show_value)d.")
            raise ValidationError(said, params={"limit_value": LONGEST_SLUG, "show_value": len(slug)})
        if slug in RESERVED_SLUGS:
            raise ValidationError(_("This address is kept for the site itself."))
        if slug and slug != self.initial["slug"] and Post.everything.at(slug).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another post has, or had, this address."))
        return slug

    def publication(self) -> datetime | None:
        """When the post is to be public: None for a draft, the time given, the time it was, or now."""
        if self.cleaned_data["status"] == "draft":
            return None
        before, at = self.initial["publish_at"], self.cleaned_data["publish_at"]
        if at and before and at == before.replace(second=0, microsecond=0):
            return before  # the field shows minutes only
        return at or (before if self.was == "published" else self.instance.public_date())

    def clean(self) -> dict[str, Any]:
        """What a script leaves out of a saved post's form stays as it is; a browser sends it, if only empty."""
        cleaned = super().clean()
        if self.instance.pk:
            for name in {"excerpt", "image_alt", "publish_at", "slug", "language"} - set(self.data):
                cleaned[name] = self.initial[name]
            if "tags" not in self.data:
                cleaned["tags"] = [name for name in self.initial["tags"].split(", ") if name]
        return cleaned

    def insert_picture(self) -> bool:
        """Put the picture for the text, if one was chosen, at its end, and check nothing else; False, with the error
        on the form, if it is none.
        """
        self.cleaned_data, bound = {}, self["body_image"]
        try:
            self.cleaned_data["body_image"] = bound.field.clean(bound.data)
        except ValidationError as error:
            self._errors = ErrorDict(renderer=self.renderer)
            self.add_error("body_image", error)
            return False
        self.clean_body_image()
        return True

    # --- Saving ---------------------------------------------------------------------------------------------

    def save(self) -> Post | None:
        """The saved post; None, with an error on the form, where somebody was faster.

        Raises posts.models.Conflict if the post was saved since the form was opened and the two do not fit together.
        """
        post, token, digest = self.instance, self.cleaned_data["submission"], self._digest
        lead, body = self.cleaned_data["featured_image"], self.cleaned_data["body_image"]
        if (lead or body) and (earlier := Submission.objects.of(post.author, token)) and earlier.knows(digest):
            return earlier.post  # before its picture is sent a second time
        published_at = post.published_at
        post.published_at = self.publication()
        self._set_slug(post)
        post.featured_image = settle(lead, self.initial["featured_image"], send=not (body and body.waits))
        version = self.cleaned_data["version"]
        try:
            saved = post.revise(
                tags=self.cleaned_data["tags"],
                version=post.version if version is None else version,
                submission=token,
                digest=digest,
                order=self._order(),
                tab=self._tab(),
                row=self.row,
            )
        except Image.DoesNotExist:
            self.add_error("featured_image", GONE)
        except IntegrityError:
            if not self.cleaned_data["slug"]:
                raise
            self.add_error("slug", _("Another post has, or had, this address."))
        else:
            if self.cleaned_data["copy"]:
                saved.working_copies.seen(self.cleaned_data["copy"]).delete()  # it went on from that one
            if saved.featured_image_id and saved.image_alt:  # what it is offered with the next time
                Image.objects.filter(pk=saved.featured_image_id, alt="").update(alt=saved.image_alt)
            return saved
        finally:
            if self.errors:
                post.published_at = published_at
        return None

    def agrees(self, post: Post) -> bool:
        """Whether the saved `post` says what this form does."""
        cleaned, draft = self.cleaned_data, post.published_at is None
        image = cleaned["body_image"]
        end = cleaned["content"].rfind(image.markdown) if image else None  # a file is another picture every time
        return (post.title, post.content[:end], draft) == (
            cleaned["title"],
            cleaned["content"][:end],
            cleaned["status"] == "draft",
        )

    def settle(self, conflict: Conflict) -> None:
        """Go on from the saved post: what fits together is in the form, and where it clashes, what was typed."""
        merged, typed = conflict.merge.merged, self.data.copy()
        self._begin_from(Revision.of(conflict.post))
        typed["version"], typed["submission"] = str(conflict.post.version), str(uuid.uuid4())
        for name in ("title", "content", "excerpt", "language", "image_alt", "slug"):
            typed[name] = getattr(merged, name)
        typed["tags"] = ", ".join(merged.tags)
        typed["publish_at"] = timezone.localtime(merged.published_at).strftime(MINUTE) if merged.published_at else ""
        typed.pop("image_decorative", None)
        if merged.image_decorative:
            typed["image_decorative"] = "on"
        self.data = typed

    def _set_slug(self, post: Post) -> None:
        """An address that was typed is taken; one made from the title follows it until readers know it."""
        typed, old_base = self.cleaned_data["slug"], slug_base(self.initial["title"])
        if (typed and typed != self.initial["slug"]) or not post.version:
            post.slug = typed
        elif not post.was_public and slug_base(post.title) != old_base:
            if post.slug == old_base or post.slug.startswith(f"{old_base}-"):  # not typed by hand
                post.slug = ""

    @property
    def picture_waits(self) -> bool:
        return any(image and image.waits for image in (self.instance.featured_image, self.cleaned_data["body_image"]))
