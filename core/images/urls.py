"""Addresses of pictures."""

from django.urls import path

from core.images import views

urlpatterns = [
    path("images/hold/<slug:name>/", views.image_hold, name="image_hold"),
    path("media/held/<uuid:pk>", views.image_held, name="image_held"),
    path("media/i/galley/<uuid:pk>/<int:width>.webp", views.image_variant, name="image_variant"),
    path("media/i/galley/<uuid:pk>/master.<slug:extension>", views.image_master, name="image_master"),
]
