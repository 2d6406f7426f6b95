"""The bytes of pictures that no store has yet."""

from django.db import models


class HeldPicture(models.Model):
    """The bytes of an image that no store has yet."""

    image = models.OneToOneField("images.Image", models.CASCADE, primary_key=True, related_name="held")
    data = models.BinaryField()

    def __str__(self) -> str:
        return str(self.image_id)
