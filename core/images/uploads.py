"""How a file comes in: into memory up to the limit, and no further than the counter beyond it."""

import io

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class BoundedUploadHandler(FileUploadHandler):
    """Keeps up to IMAGES_MAX_BYTES of each file in memory; of a longer file, its name and size only.

    Nothing touches the disk and the rest of the form is kept, so the page comes back with what was typed.
    `clean_picture` refuses a longer file by its `size`.
    """

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.content = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Returns None: no other handler gets the bytes."""
        if start + len(raw_data) <= settings.IMAGES_MAX_BYTES:
            self.content.write(raw_data)
        else:
            self.content = io.BytesIO()

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content,
            self.field_name,
            self.file_name,
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )
