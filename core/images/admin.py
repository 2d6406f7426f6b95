"""Images for staff: to look at, not to edit; their life is the sweep's business."""

from django.contrib import admin
from django.http import HttpRequest

from core.images.models import Image


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    change_list_template = "images/admin_images.html"
    list_display = (
        "__str__",
        "state",
        "store",
        "format",
        "width",
        "height",
        "bytes",
        "owner",
        "created_at",
        "error",
    )
    list_filter = ("state", "store", "format")
    search_fields = ("=id", "public_id", "name", "owner__username")
    list_select_related = ("owner",)
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        return False
