"""Users for staff: Django's own admin of them, for people with one name to sign in and one to show."""

from django.contrib import admin
from django.contrib.auth import admin as auth_admin

from accounts.models import User


@admin.register(User)
class UserAdmin(auth_admin.UserAdmin):
    list_display = ("username", "display_name", "email", "is_staff", "is_active", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups", "date_joined")
    search_fields = ("username", "display_name", "email")
    date_hierarchy = "date_joined"
    readonly_fields = ("avatar",)  # a picture comes in by the person's own form, which brings it to its store
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("display_name", "email", "bio", "avatar")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {"classes": ("wide",), "fields": ("username", "email", "usable_password", "password1", "password2")},
        ),
    )
