"""Posts and tags for staff."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponseBase

from posts import search
from posts.models import Post, Tag
from posts.models.address import RESERVED_SLUGS
from posts.models.visibility import PostQuerySet


class PostAdminForm(forms.ModelForm):
    """Carries, hidden, the version that it was opened with, and saves over no other."""

    # Declared, for the admin makes no field of its own where the rows between have a column more.
    tags = forms.ModelMultipleChoiceField(
        Tag.objects.all(),
        required=False,
        widget=AutocompleteSelectMultiple(Post._meta.get_field("tags"), admin.site),
    )
    opened_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["opened_version"] = self.instance.version

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug in RESERVED_SLUGS:
            raise ValidationError("This address is kept for the site itself.")
        if not self.instance.may_have(slug):
            raise ValidationError("Another post has this address, or had it; it may be in the trash.")
        return slug

    def clean(self) -> None:
        if self.instance.deleted_at:
            raise ValidationError("This post is in the trash by now, so nothing was saved.")
        if self.cleaned_data.get("opened_version") != self.instance.version:
            raise ValidationError(
                "Somebody saved this post since you opened it, so nothing was saved: "
                "open it again in another tab and bring your changes over."
            )


class PostChangeList(ChangeList):
    def get_queryset(self, request: HttpRequest, **kwargs: Any) -> PostQuerySet:
        """Without the texts: each may have a million characters, and the list shows none."""
        return super().get_queryset(request, **kwargs).defer("content", "content_html")


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    form = PostAdminForm
    list_display = ("title", "author", "status", "published_at", "updated_at", "deleted_at")
    list_filter = ("published_at", "deleted_at")
    list_select_related = ("author",)
    search_fields = ("title", "slug", "author__username")
    date_hierarchy = "published_at"
    autocomplete_fields = ("author",)
    fields = (
        *("title", "slug", "content", "excerpt", "author"),
        *("featured_image", "image_alt", "image_decorative", "published_at"),
        *("created_at", "updated_at", "deleted_at", "version"),
    )
    readonly_fields = ("featured_image", "created_at", "updated_at", "deleted_at", "version")

    def get_queryset(self, request: HttpRequest) -> PostQuerySet:
        """The trash too."""
        return Post.everything.order_by("-updated_at", "-pk")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PostChangeList

    def get_fields(self, request: HttpRequest, obj: Post | None = None) -> Sequence[str]:
        fields = (*self.fields[:5], "tags", *self.fields[5:])
        return (*fields, "opened_version") if self.has_change_permission(request, obj) else fields

    # --- Who may do what ------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Posts are written on the site."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        """What is in the trash is looked at only. A form that was open before is answered by its clean()."""
        seen_only = obj and obj.deleted_at and request.method != "POST"
        return not seen_only and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return not (obj and obj.deleted_at) and super().has_delete_permission(request, obj)

    # --- Saving ---------------------------------------------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            # Somebody came between the form's look and the save. All is rolled back, and a second look sees it.
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Post, form: PostAdminForm, change: bool) -> None:
        """As an author saves, in the name of who does it; but nothing is merged, for this page could not show it."""
        now = Post.everything.select_for_update().get(pk=obj.pk)
        if now.version != form.cleaned_data["opened_version"]:
            raise IntegrityError("Somebody saved the post since the form was cleaned")
        tags = [tag.name for tag in form.cleaned_data["tags"]]
        obj.revise(tags=tags, by=request.user, version=now.version)

    # --- The trash ------------------------------------------------------------------------------------------

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        obj.discard()

    def delete_queryset(self, request: HttpRequest, queryset: PostQuerySet) -> None:
        for post in queryset.filter(deleted_at=None):  # those in the trash keep their day
            post.discard()

    def get_deleted_objects(
        self, objs: Sequence[Post], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What the question before names: the posts alone, for the trash keeps all that is theirs."""
        return [str(post) for post in objs], {self.opts.verbose_name_plural: len(objs)}, set(), []


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "post_count")
    search_fields = ("name", "slug")
    ordering = ("slug",)  # the model's own is lost where posts are counted

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).annotate(number=Count("posts"))

    def save_model(self, request: HttpRequest, obj: Tag, form: forms.ModelForm, change: bool) -> None:
        """Its posts are found by the new name from now on."""
        super().save_model(request, obj, form, change)
        for post in Post.everything.filter(tags=obj).prefetch_related("tags").iterator(chunk_size=100):
            search.index(post.pk, post.title, [tag.name for tag in post.tags.all()], post.content_html)

    @admin.display(description="posts", ordering="number")
    def post_count(self, tag: Tag) -> int:
        return tag.number
