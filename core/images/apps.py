"""Pictures: an image is a row with a life."""

from django.apps import AppConfig


class ImagesConfig(AppConfig):
    name = "core.images"
    label = "images"
