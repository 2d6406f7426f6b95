import base64
import io
import threading
import warnings
from unittest.mock import patch

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.test import SimpleTestCase, override_settings, tag
from PIL import Image

from core.images import validate
from core.images.tests import pictures
from core.images.validate import Picture, clean_picture, scale_picture


def opened(picture: Picture | bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture if isinstance(picture, bytes) else picture.data))


class PictureTestCase(SimpleTestCase):
    def assertRefused(self, file: object, code: str, *words: str) -> ValidationError:
        """`file` is refused with `code` and one sentence that holds all `words`."""
        with self.assertRaises(ValidationError) as caught:
            clean_picture(file)
        error = caught.exception
        self.assertEqual(error.code, code, error.messages)
        (message,) = error.messages
        self.assertTrue(message.endswith("."), message)
        for word in words:
            self.assertIn(word, message)
        return error

    def assertColor(self, image: Image.Image, at: tuple[int, int], color: tuple[int, ...]) -> None:
        """The pixel is `color`, give or take what a lossy encoder changes."""
        mode = "RGBA" if len(color) == 4 else "RGB"
        pixel = image.convert(mode).getpixel(at)
        self.assertTrue(all(abs(a - b) <= 12 for a, b in zip(pixel, color, strict=True)), f"{pixel}, not {color}")


class AcceptedTests(PictureTestCase):
    def test_formats_are_kept_or_become_the_nearest_that_every_browser_shows(self):
        for name, data, kept, content_type, extension in (
            ("jpeg", pictures.jpeg(), "jpeg", "image/jpeg", "jpg"),
            ("progressive jpeg", pictures.jpeg(progressive=True), "jpeg", "image/jpeg", "jpg"),
            ("mpo", pictures.mpo(), "jpeg", "image/jpeg", "jpg"),
            ("png", pictures.png(), "png", "image/png", "png"),
            ("gif", pictures.gif(), "png", "image/png", "png"),
            ("animated gif", pictures.gif(frames=2), "webp", "image/webp", "webp"),
            ("webp", pictures.webp(), "webp", "image/webp", "webp"),
            ("avif", pictures.avif(), "webp", "image/webp", "webp"),
        ):
            with self.subTest(name):
                picture = clean_picture(data)
                self.assertEqual((picture.format, picture.content_type), (kept, content_type))
                self.assertEqual((picture.extension, picture.width, picture.height), (extension, 64, 48))
                image = opened(picture)
                self.assertEqual((image.format.lower(), image.size), (kept, (64, 48)))
                self.assertColor(image, (60, 40), pictures.RUST)
                self.assertColor(image, (4, 4), (255, 255, 255))

    def test_files_are_read_from_their_start_wherever_they_stand(self):
        file = pictures.upload(pictures.jpeg())
        file.seek(100)
        self.assertEqual(clean_picture(file), clean_picture(pictures.jpeg()))

    def test_name_and_content_type_are_not_believed(self):
        picture = clean_picture(pictures.upload(pictures.png(), "photo.jpg", "image/jpeg"))
        self.assertEqual(picture.format, "png")

    def test_smallest_pictures_that_tutorials_use_are_accepted(self):
        for data in (
            b"GIF89a\x01\x00\x01\x00\x00\x00\x00!\xf9\x04\x01\n\x00\x01\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02"
            b"\x02L\x01\x00;",
            b"GIF87a\x01\x00\x01\x00\x80\x01\x00\x00\x00\x00ccc,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;",
            base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"),
            base64.b64decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
            ),
        ):
            with self.subTest(data=data):
                picture = clean_picture(data)
                self.assertEqual((picture.format, picture.width, picture.height), ("png", 1, 1))

    @override_settings(IMAGES_MASTER_SIDE=100)
    def test_longer_side_is_capped_and_nothing_enlarged(self):
        for data, size in (
            (pictures.jpeg(400, 300), (100, 75)),
            (pictures.jpeg(190, 100), (95, 50)),  # read at half its size rather than scaled to 100
            (pictures.png(150, 300), (50, 100)),
            (pictures.png(300, 150, (160, 48, 32, 128), mode="RGBA"), (100, 50)),
            (pictures.jpeg(64, 48), (64, 48)),
        ):
            with self.subTest(size=size):
                picture = clean_picture(data)
                self.assertEqual((picture.width, picture.height), size)
                self.assertEqual(opened(picture).size, size)

    def test_every_orientation_comes_out_upright(self):
        for orientation in pictures.TURNED:
            for picture in (
                clean_picture(pictures.jpeg(exif_orientation=orientation)),
                clean_picture(pictures.avif(exif_orientation=orientation)),
            ):
                with self.subTest(orientation=orientation, format=picture.format):
                    self.assertEqual((picture.width, picture.height), (64, 48))
                    image = opened(picture)
                    self.assertEqual(image.size, (64, 48))
                    self.assertEqual(image.getexif().get(0x0112, 1), 1)
                    self.assertColor(image, (6, 6), (255, 255, 255))
                    for corner in ((58, 6), (6, 42), (58, 42)):
                        self.assertColor(image, corner, pictures.RUST)

    def test_metadata_is_gone(self):
        profile = pictures.swapped_profile()
        for name, data in {
            "jpeg": pictures.jpeg(gps=True),
            "jpeg with a profile": pictures.jpeg(gps=True, icc=profile),
            "png": pictures.png(),
            "webp": pictures.webp(),
            "avif": pictures.avif(),
            "gif": pictures.gif(),
            "animated webp": pictures.webp(frames=2),
        }.items():
            with self.subTest(name):
                self.assertIn(pictures.PLACE.encode(), data)
                picture = clean_picture(data)
                self.assertNotIn(pictures.PLACE.encode(), picture.data)
                self.assertFalse({"exif", "xmp", "icc_profile", "comment"} & opened(picture).info.keys())
                self.assertFalse(opened(picture).getexif())

    def test_what_hides_behind_the_picture_is_gone(self):
        for data in (pictures.jpeg(), pictures.png(), pictures.gif()):
            self.assertNotIn(b"<script>", clean_picture(data + b"PK\3\4<script>alert(1)</script>").data)

    def test_transparency_is_kept(self):
        palette = io.BytesIO()
        Image.new("RGBA", (64, 48), (160, 48, 32, 0)).quantize(2).save(palette, "PNG")
        half = (160, 48, 32, 128)
        for name, data, alpha in (
            ("png", pictures.png(color=half, mode="RGBA"), 128),
            ("grey png", pictures.png(color=(90, 128), mode="LA"), 128),
            ("palette png", palette.getvalue(), 0),
            ("webp", pictures.webp(color=half), 128),
            ("avif", pictures.avif(color=half), 128),
            ("gif", pictures.gif(color=(160, 48, 32, 0)), 0),
            ("animated gif", pictures.gif(color=(160, 48, 32, 0), frames=2), 0),
        ):
            for side in (2560, 32):
                with self.subTest(name, side=side), override_settings(IMAGES_MASTER_SIDE=side):
                    if name == "animated gif" and side == 32:
                        continue  # animations are not scaled
                    image = opened(clean_picture(data)).convert("RGBA")
                    corner = image.getpixel((image.width - 3, image.height - 3))
                    self.assertAlmostEqual(corner[3], alpha, delta=2)

    def test_scaling_does_not_bleed_the_color_of_transparent_pixels(self):
        image = Image.new("RGBA", (64, 64), (0, 255, 0, 0))
        image.paste((255, 0, 0, 255), (0, 0, 31, 64))
        stream = io.BytesIO()
        image.save(stream, "PNG")
        with override_settings(IMAGES_MASTER_SIDE=16):
            edge = opened(clean_picture(stream.getvalue())).getpixel((7, 8))
        self.assertLess(edge[1], 20)

    def test_print_colors_become_screen_colors(self):
        image = opened(clean_picture(pictures.jpeg(mode="CMYK", color=(0, 255, 255, 0))))
        self.assertEqual(image.mode, "RGB")
        self.assertColor(image, (60, 40), (255, 0, 0))

    def test_color_profile_is_applied(self):
        profile = pictures.swapped_profile()
        for data, color in (
            (pictures.jpeg(color=(200, 40, 40), icc=profile), (40, 200, 40)),
            (pictures.png(color=(200, 40, 40, 99), mode="RGBA", icc=profile), (40, 200, 40, 99)),
        ):
            self.assertColor(opened(clean_picture(data)), (60, 40), color)

    def test_profile_that_is_broken_or_for_other_channels_is_ignored(self):
        for data in (
            pictures.jpeg(icc=b"no profile"),
            pictures.jpeg(icc=pictures.swapped_profile()[:200]),
            pictures.jpeg(mode="L", color=(90,), icc=pictures.swapped_profile()),
            pictures.png(mode="LA", color=(90, 255), icc=pictures.swapped_profile()),
        ):
            color = opened(data).convert("RGB").getpixel((60, 40))
            self.assertColor(opened(clean_picture(data)), (60, 40), color)

    def test_sixteen_bit_grey_is_scaled_not_clipped(self):
        image = opened(clean_picture(pictures.png(color=25_700, mode="I;16")))
        self.assertEqual((image.mode, image.getpixel((60, 40)), image.getpixel((4, 4))), ("L", 100, 255))

    def test_one_bit_pictures_are_scaled_to_greys(self):
        stream = io.BytesIO()
        Image.effect_noise((64, 64), 200).convert("1").save(stream, "PNG")
        with override_settings(IMAGES_MASTER_SIDE=32):
            self.assertGreater(len(opened(clean_picture(stream.getvalue())).getcolors()), 2)

    def test_broken_exif_says_nothing_against_the_pixels(self):
        for exif in (b"Exif\0\0nonsense", b"Exif\0\0II*\0\xff\xff\xff\xff"):
            stream = io.BytesIO()
            opened(pictures.jpeg()).save(stream, "JPEG", exif=exif)
            with self.subTest(exif=exif), warnings.catch_warnings(record=True) as caught:
                self.assertEqual(clean_picture(stream.getvalue()).width, 64)
                self.assertEqual(caught, [])  # Pillow warns of the second; that is no news for a log

    def test_picture_that_grows_over_the_limit_when_encoded_anew_becomes_webp(self):
        stream = io.BytesIO()
        Image.effect_noise((64, 64), 80).quantize(16).save(stream, "PNG")
        data = stream.getvalue()
        self.assertEqual(clean_picture(data).format, "png")
        with override_settings(IMAGES_MAX_BYTES=len(data)):
            picture = clean_picture(data)
        self.assertEqual((picture.format, opened(picture).format), ("webp", "WEBP"))


@tag("slow")
class AnimationTests(PictureTestCase):
    def test_animation_becomes_webp_with_its_frames_times_and_loops(self):
        for name, data, durations, loop in (
            ("gif", pictures.gif(frames=3), [10, 20, 30], 0),
            ("webp", pictures.webp(frames=3), [40, 40, 40], 3),
            ("png", pictures.apng(frames=3), [70, 70, 70], 0),
        ):
            with self.subTest(name):
                picture = clean_picture(data)
                self.assertEqual((picture.format, picture.width, picture.height), ("webp", 64, 48))
                image = opened(picture)
                self.assertEqual((image.n_frames, image.info["loop"]), (3, loop))
                for number, duration in enumerate(durations):
                    image.seek(number)
                    image.load()
                    self.assertEqual(image.info["duration"], duration)

    def test_too_many_frames_are_refused(self):
        self.assertRefused(pictures.gif(2, 2, frames=301), "animation", "2×2", "shorten it to 300 frames")
        self.assertEqual(opened(clean_picture(pictures.gif(2, 2, frames=300))).n_frames, 300)

    def test_too_many_pixels_in_all_frames_are_refused(self):
        with patch.object(validate, "MAX_ANIMATION_PIXELS", 2 * 64 * 48):
            self.assertRefused(pictures.gif(frames=3), "animation", "64×48", "shorten it to 2 frames")
            self.assertEqual(clean_picture(pictures.gif(frames=2)).format, "webp")

    def test_too_large_frames_are_refused(self):
        with override_settings(IMAGES_MASTER_SIDE=60):
            self.assertRefused(pictures.gif(frames=2), "animation", "64×48", "60 pixels")
        with patch.object(validate, "MAX_FRAME_PIXELS", 3000):
            self.assertRefused(pictures.apng(frames=2), "animation", "scale it down")

    def test_frame_without_a_duration_lasts_as_long_as_browsers_show_it(self):
        data = bytearray(pictures.gif(frames=2))
        control = data.index(b"!\xf9\x04")
        data[control + 4 : control + 6] = b"\0\0"
        image = opened(clean_picture(bytes(data)))
        image.load()
        self.assertEqual(image.info["duration"], 100)


class RefusedTests(PictureTestCase):
    def test_files_that_are_no_pictures_are_refused_with_what_to_do(self):
        for name, data, code, words in (
            ("nothing", b"", "empty", "empty"),
            ("text", pictures.text_named_jpg(), "unsupported", "use JPEG, PNG, WebP, AVIF or GIF"),
            ("pdf", pictures.pdf(), "unsupported", "use JPEG, PNG, WebP, AVIF or GIF"),
            ("bmp", b"BM" + bytes(60), "unsupported", "use JPEG"),
            ("html", b"<!DOCTYPE html><p>Hello</p>", "unsupported", "use JPEG"),
            ("film", b"\0\0\0\x14ftypisom\0\0\2\0mp42", "unsupported", "use JPEG"),
            ("heic", pictures.heic(), "heic", "export as JPEG"),
            ("heic by its container", pictures.heic(b"mif1", b"mif1", b"heic"), "heic", "export as JPEG"),
            ("svg", pictures.svg(), "svg", "SVG can contain scripts"),
            ("svg after space", pictures.svg("\n\t "), "svg", "SVG"),
            ("svg after a mark", pictures.svg("\ufeff"), "svg", "SVG"),
            ("svg after a prolog", pictures.svg('<?xml version="1.0"?>\n<!-- hi -->\n<!DOCTYPE svg>'), "svg", "SVG"),
            ("svg in UTF-16", pictures.svg().decode().encode("utf-16"), "svg", "SVG"),
        ):
            with self.subTest(name):
                self.assertRefused(data, code, words)
                self.assertRefused(pictures.upload(data), code, words)

    @tag("slow")
    def test_broken_downloads_are_refused(self):
        whole = {format: pictures.noise(format=format) for format in ("PNG", "GIF", "WEBP", "AVIF")}
        for name, data in {
            "half a JPEG": pictures.half_jpeg(),
            "a large half JPEG": pictures.noise(3000, 2000)[:-2000],
            **{f"half a {format}": data[: len(data) // 2] for format, data in whole.items()},
            "half an animation": pictures.gif(frames=2)[:-60],
            "a header alone": b"\x89PNG\r\n\x1a\n",
        }.items():
            with self.subTest(name):
                self.assertRefused(data, "damaged", "damaged or incomplete")

    def test_refusal_does_not_keep_the_pixels_in_memory(self):
        error = self.assertRefused(pictures.half_jpeg(), "damaged")
        self.assertIsNone(error.__context__)

    def test_bombs_are_refused_by_their_header(self):
        with patch.object(validate.PngImageFile, "load", side_effect=AssertionError("decoded")):
            self.assertRefused(
                pictures.bomb_png(13_000, 13_000), "pixels", "13000×13000", "169 megapixels", "at most 25"
            )

    def test_too_many_pixels_are_refused(self):
        with override_settings(IMAGES_MAX_PIXELS=64 * 48):
            self.assertEqual(clean_picture(pictures.png()).width, 64)
            for data in (pictures.webp(), pictures.avif()):  # a 0.6th: their decoders take more memory
                self.assertRefused(data, "pixels", "64×48")
        with override_settings(IMAGES_MAX_PIXELS=64 * 48 - 1):
            for data in (pictures.jpeg(), pictures.png(), pictures.gif()):
                self.assertRefused(data, "pixels", "64×48", "scale it down")

    def test_webp_that_claims_a_gigantic_canvas_is_refused(self):
        data = bytearray(pictures.webp(color=(160, 48, 32, 128)))
        self.assertEqual(data[12:16], b"VP8X")
        data[24:30] = b"\xfe\x3f\0\xfe\x3f\0"  # 16383 x 16383
        self.assertRefused(bytes(data), "pixels", "at most 15 megapixels")

    def test_jpeg_of_endless_scans_is_refused(self):
        data = pictures.jpeg(mode="L", color=(90,), progressive=True)
        scan = data[data.rindex(b"\xff\xda") : -2]
        self.assertEqual(clean_picture(data[:-2] + 10 * scan + b"\xff\xd9").width, 64)
        self.assertRefused(data[:-2] + 100 * scan + b"\xff\xd9", "damaged")

    def test_gif_of_endless_crumbs_is_refused(self):
        data = pictures.gif()
        comment = data.index(b"!\xfe") + 2
        crumbs = data[:comment] + 1000 * b"\1-" + data[comment:]
        self.assertEqual(clean_picture(crumbs).width, 64)
        with patch.object(validate, "MAX_GIF_BLOCKS", 1000):
            self.assertEqual(clean_picture(data).width, 64)
            self.assertRefused(crumbs, "damaged")

    def test_frame_that_outgrows_its_picture_is_refused(self):
        data = pictures.gif(frames=2)
        second = data.index(b",", data.index(b"!\xf9", data.index(b",") + 1))  # its image descriptor
        moved = data[: second + 1] + b"\x40\0" + data[second + 3 :]
        self.assertRefused(moved, "damaged")
        grown = data[: second + 5] + b"\x40\x1f\x40\x1f" + data[second + 9 :]  # 8000 x 8000
        self.assertRefused(grown, "pixels", "25 megapixels")

    @override_settings(IMAGES_MAX_BYTES=10 * 1024 * 1024)
    def test_too_large_files_are_refused_with_their_size(self):
        dropped = pictures.upload(b"")
        dropped.size = 14 * 1024 * 1024
        self.assertRefused(dropped, "too_large", "The file is 14 MB; the limit is 10 MB.")
        dropped.size = 10 * 1024 * 1024 + 1
        self.assertRefused(dropped, "too_large", "The file is 10.1 MB; the limit is 10 MB.")

    def test_limit_counts_bytes_of_every_kind_of_file(self):
        data = pictures.jpeg()
        for file in (data, io.BytesIO(data), File(io.BytesIO(data)), pictures.upload(data)):
            with override_settings(IMAGES_MAX_BYTES=len(data)):
                self.assertEqual(clean_picture(file).width, 64)
            with override_settings(IMAGES_MAX_BYTES=len(data) - 1):
                self.assertRefused(file, "too_large")

    @tag("slow")
    def test_two_pictures_are_decoded_at_a_time(self):
        done = threading.Event()

        def third() -> None:
            clean_picture(pictures.jpeg())
            done.set()

        thread = threading.Thread(target=third)
        with validate._decoding, validate._decoding:
            thread.start()
            self.assertFalse(done.wait(0.05))
        thread.join()
        self.assertTrue(done.is_set())


class ScaleTests(PictureTestCase):
    @tag("slow")
    def test_variant_is_a_webp_of_the_asked_width(self):
        for name, master in {
            "jpeg": clean_picture(pictures.jpeg(640, 480)),
            "png": clean_picture(pictures.png(640, 480)),
            "webp": clean_picture(pictures.webp(640, 480)),
        }.items():
            with self.subTest(name):
                image = opened(scale_picture(master.data, 100))
                self.assertEqual((image.format, image.size), ("WEBP", (100, 75)))
                self.assertColor(image, (90, 70), pictures.RUST)

    def test_variant_is_never_enlarged(self):
        self.assertEqual(opened(scale_picture(clean_picture(pictures.jpeg()).data, 1000)).size, (64, 48))

    def test_variant_of_a_strip_is_at_least_one_pixel_high(self):
        self.assertEqual(opened(scale_picture(clean_picture(pictures.png(2000, 2)).data, 320)).size, (320, 1))

    @tag("slow")
    def test_variant_keeps_transparency(self):
        master = clean_picture(pictures.png(640, 480, (160, 48, 32, 0), mode="RGBA"))
        self.assertEqual(opened(scale_picture(master.data, 100)).convert("RGBA").getpixel((90, 70))[3], 0)

    def test_animation_comes_back_as_it_is(self):
        master = clean_picture(pictures.gif(frames=3))
        self.assertIs(scale_picture(master.data, 32), master.data)
