"""The form that a post is written in."""

import hashlib
import uuid
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from core.images.forms import GONE, PictureField, settle
from core.images.models import Image
from core.text import one_line
from posts.models import Post, Submission
from posts.models.post import RESERVED_SLUGS, slug_base

MINUTE = "%Y-%m-%dT%H:%M"
LONGEST_TEXT = 1_000_000  # characters: ten long novels' chapters, and no more than a browser edits with ease
MOST_TAGS = 10
LONGEST_SLUG = 100  # characters, as in the model
LONGEST_TAG = 40  # characters, as in the model
YEARS = range(1900, 2200)  # beyond them a change of time zone has no answer
VERSIONS = 2**31 - 1  # the database's integers end there

DIGESTED = {
    *("title", "content", "status", "publish_at", "tags", "excerpt", "slug", "image_alt", "image_decorative"),
    *("featured_image_held", "featured_image-clear"),
}


class PostForm(forms.ModelForm):
    """Title, content and status suffice; everything else is optional and blocks nothing.

    `version` and `submission` travel hidden: what the form began from, and its one-time token.
    """

    title = forms.CharField(
        max_length=200,
        widget=forms.Textarea({"rows": 1, "placeholder": "Title", "data-one-line": True}),
        error_messages={"required": "Give the post a title."},
    )
    content = forms.CharField(
        label="Text",
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea({"rows": 16, "placeholder": "Write …"}),
        error_messages={"required": "Write something first."},
    )
    status = forms.ChoiceField(
        choices=[("draft", "Draft"), ("published", "Published")], required=False, widget=forms.HiddenInput
    )
    featured_image = PictureField(label="Picture", required=False)
    publish_at = forms.DateTimeField(
        label="Time",
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format=MINUTE),
        error_messages={"invalid": "Write the time as in 2026-11-21 09:00."},
    )
    tags = forms.CharField(required=False, max_length=400, help_text="Separated by commas.")
    slug = forms.CharField(label="Address", required=False, max_length=LONGEST_SLUG)
    version = forms.IntegerField(required=False, min_value=0, max_value=VERSIONS - 1, widget=forms.HiddenInput)
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Post
        fields = ["title", "content", "excerpt", "image_alt", "image_decorative"]
        labels = {"image_alt": "Description", "image_decorative": "Decorative, needs no description"}
        widgets = {"excerpt": forms.Textarea({"rows": 3}), "image_alt": forms.Textarea({"rows": 2})}

    def __init__(self, *args: Any, author: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        post = self.instance
        if post.pk is None:
            post.author = author
        self.was = post.status  # cleaning writes to the instance
        self.fields["featured_image"].owner = author
        self.fields[
            "publish_at"
        ].help_text = f"Ahead: published then. Empty: at once. Time zone: {timezone.get_current_timezone_name()}."
        self.fields["slug"].help_text = "Empty: made from the title."
        self.initial |= {
            "status": "draft" if self.was == "draft" else "published",
            "featured_image": post.featured_image,
            "publish_at": post.published_at,
            "slug": post.slug,
            "tags": ", ".join(tag.name for tag in post.tags.all()) if post.pk else "",
            "version": post.version,
            "submission": uuid.uuid4(),
        }

    # --- Cleaning -------------------------------------------------------------------------------------------

    def clean_title(self) -> str:
        title = one_line(self.cleaned_data["title"])
        if not title:
            raise ValidationError(self.fields["title"].error_messages["required"], "required")
        return title

    def clean_content(self) -> str:
        if not self.cleaned_data["content"].strip():
            raise ValidationError(self.fields["content"].error_messages["required"], "required")
        return self.cleaned_data["content"].replace("\r\n", "\n")

    def clean_status(self) -> str:
        return self.cleaned_data["status"] or self.initial["status"]

    def clean_publish_at(self) -> datetime | None:
        at = self.cleaned_data["publish_at"]
        if at and at.year not in YEARS:
            raise ValidationError(f"Choose a year from {YEARS[0]} to {YEARS[-1]}.")
        return at

    def clean_tags(self) -> list[str]:
        names = [one_line(name) for name in self.cleaned_data["tags"].replace("#", "").split(",")]
        names = [name for name in dict.fromkeys(names) if slugify(name, allow_unicode=True)]
        if len(names) > MOST_TAGS:
            raise ValidationError(f"At most {MOST_TAGS} tags; these are {len(names)}.")
        if long := next((name for name in names if max(len(name), len(slugify(name, True))) > LONGEST_TAG), None):
            raise ValidationError(f"“{long}” is too long for a tag; at most {LONGEST_TAG} characters.")
        return names

    def clean_slug(self) -> str:
        slug = slugify(self.cleaned_data["slug"], allow_unicode=True)
        if self.cleaned_data["slug"] and not slug:
            raise ValidationError("Use letters or digits in the address.")
        if len(slug) > LONGEST_SLUG:
            raise ValidationError(f"At most {LONGEST_SLUG} characters; these are {len(slug)}.")
        if slug in RESERVED_SLUGS:
            raise ValidationError("This address is kept for the site itself.")
        if slug and Post.everything.filter(slug=slug).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Another post has this address.")
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
            for name in {"excerpt", "image_alt", "publish_at", "slug"} - set(self.data):
                cleaned[name] = self.initial[name]
            if "tags" not in self.data:
                cleaned["tags"] = [tag.name for tag in self.instance.tags.all()]
        return cleaned

    # --- Saving ---------------------------------------------------------------------------------------------

    def save(self) -> Post | None:
        """The saved post; None, with an error on the form, where somebody was faster.

        Raises posts.models.Conflict if the post was saved since the form was opened.
        """
        post, token, digest = self.instance, self.cleaned_data["submission"], self._digest()
        if earlier := Submission.objects.filter(author=post.author, token=token, digest=digest).first():
            return earlier.post  # before its picture is sent a second time
        published_at = post.published_at
        post.published_at = self.publication()
        self._set_slug(post)
        post.featured_image = settle(self.cleaned_data["featured_image"], post.featured_image)
        try:
            return post.revise(
                tags=self.cleaned_data["tags"],
                version=self.cleaned_data["version"],
                submission=token,
                digest=digest,
            )
        except Image.DoesNotExist:
            self.add_error("featured_image", GONE)
        except IntegrityError:
            if not self.cleaned_data["slug"]:
                raise
            self.add_error("slug", "Another post has this address.")
        finally:
            if self.errors:
                post.published_at = published_at
        return None

    def _digest(self) -> str:
        """Tells what was sent from anything else, for the token: the same once more, or other words?"""
        sent = [(name, self.data.getlist(name)) for name in sorted(self.data) if name in DIGESTED]
        if file := self.files.get("featured_image"):
            file.seek(0)
            sent.append(("file", hashlib.sha256(file.read()).hexdigest()))
        return hashlib.sha256(repr(sent).encode()).hexdigest()

    def begin_from(self, post: Post) -> None:
        """Go on from the saved `post` after a conflict: what was typed stays, the next save is a deliberate one."""
        self.data = self.data.copy()
        self.data["version"], self.data["submission"] = post.version, str(uuid.uuid4())

    def differing(self, post: Post) -> list[tuple[str, str]]:
        """(label, saved value) of what the saved `post` has beside title and text, and this form otherwise."""
        saved = {
            "tags": ", ".join(tag.name for tag in post.tags.all()),
            **{name: getattr(post, name) for name in ("excerpt", "image_alt", "slug")},
        }
        typed = {name: self.data.get(name, "").strip() for name in saved}
        return [
            (self.fields[name].label or name.capitalize(), saved[name]) for name in saved if saved[name] != typed[name]
        ]

    def _set_slug(self, post: Post) -> None:
        """An address that was typed is taken; one made from the title follows it until readers know it."""
        typed, old_base = self.cleaned_data["slug"], slug_base(self.initial.get("title", ""))
        if typed and typed != self.initial["slug"]:
            post.slug = typed
        elif not post.was_public and slug_base(post.title) != old_base:
            if post.slug == old_base or post.slug.startswith(f"{old_base}-"):  # not typed by hand
                post.slug = ""

    @property
    def picture_waits(self) -> bool:
        return self.instance.featured_image is not None and self.instance.featured_image.waits
