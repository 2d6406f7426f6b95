from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.test import RequestFactory, SimpleTestCase, override_settings

from core.images.tests import pictures
from core.images.validate import clean_picture

LIMIT = 200_000  # bytes; some of the parser's pieces of 64 KiB


@override_settings(
    FILE_UPLOAD_HANDLERS=["core.images.uploads.BoundedUploadHandler"],
    FILE_UPLOAD_TEMP_DIR="/nowhere",  # whoever writes a temporary file fails
    IMAGES_MAX_BYTES=LIMIT,
)
class BoundedUploadTests(SimpleTestCase):
    def posted(self, **data: object) -> HttpRequest:
        return RequestFactory().post("/", {"title": "Before", **data, "zeal": "After"})

    def test_file_up_to_the_limit_is_kept(self):
        for size in (1, 65_536, LIMIT):
            with self.subTest(size=size):
                data = (bytes(range(256)) * (size // 256 + 1))[:size]
                file = self.posted(picture=pictures.upload(data, "sea.png", "image/png")).FILES["picture"]
                self.assertEqual((file.size, file.name, file.content_type), (size, "sea.png", "image/png"))
                self.assertEqual(file.read(), data)
                self.assertEqual(b"".join(file.chunks()), data)

    def test_longer_file_leaves_its_name_and_size_only(self):
        for size in (LIMIT + 1, 5 * LIMIT):
            with self.subTest(size=size):
                file = self.posted(picture=pictures.upload(bytes(size), "sea.png")).FILES["picture"]
                self.assertEqual((file.size, file.name, file.read()), (size, "sea.png", b""))

    def test_longer_file_is_refused_by_its_size(self):
        with override_settings(IMAGES_MAX_BYTES=1024 * 1024):
            request = self.posted(picture=pictures.upload(bytes(3 * 1024 * 1024)))
            with self.assertRaisesMessage(ValidationError, "The file is 3 MB; the limit is 1 MB."):
                clean_picture(request.FILES["picture"])

    def test_rest_of_the_form_is_kept(self):
        request = self.posted(
            large=pictures.upload(bytes(2 * LIMIT)),
            small=pictures.upload(pictures.jpeg()),
        )
        self.assertEqual((request.POST["title"], request.POST["zeal"]), ("Before", "After"))
        self.assertEqual(clean_picture(request.FILES["small"]).format, "jpeg")

    def test_empty_file_is_an_empty_file(self):
        file = self.posted(picture=pictures.upload(b"")).FILES["picture"]
        self.assertEqual((file.size, file.read()), (0, b""))
        with self.assertRaisesMessage(ValidationError, "The file is empty"):
            clean_picture(file)

    def test_name_cannot_leave_its_folder(self):
        file = self.posted(picture=pictures.upload(pictures.jpeg(), "../../etc/passwd.jpg")).FILES["picture"]
        self.assertEqual(file.name, "passwd.jpg")
