"""Posts and tags for staff."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from posts.models import Post, Tag
from posts.models.post import PostQuerySet


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    list_display = ("title", "author", "status", "published_at", "updated_at", "deleted_at")
    list_filter = ("published_at", "deleted_at", "author")
    list_select_related = ("author",)
    search_fields = ("title", "slug", "author__username")
    date_hierarchy = "published_at"
    autocomplete_fields = ("author", "tags")
    fields = (
        *("title", "slug", "content", "excerpt", "author", "tags"),
        *("featured_image", "image_alt", "image_decorative", "published_at"),
        *("created_at", "updated_at", "deleted_at", "version"),
    )
    readonly_fields = ("featured_image", "created_at", "updated_at", "deleted_at", "version")

    def get_queryset(self, request: HttpRequest) -> PostQuerySet:
        """The trash too."""
        return Post.everything.order_by("-updated_at", "-pk")

    def save_model(self, request: HttpRequest, obj: Post, form: ModelForm, change: bool) -> None:
        """A save like any other: an author who has the post open is told."""
        if change:
            obj.version += 1
        super().save_model(request, obj, form, change)


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "post_count")
    search_fields = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).annotate(number=Count("posts"))

    @admin.display(description="posts", ordering="number")
    def post_count(self, tag: Tag) -> int:
        return tag.number
