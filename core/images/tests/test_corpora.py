"""Pictures that nobody here made, through the real upload view: run with --tag corpora, CORPORA naming the folder.

`.ci/corpora.py` fills it.
"""

import json
import os
import re
import subprocess
import sys
import warnings
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.test import SimpleTestCase, tag
from PIL import Image, ImageChops, ImageOps, ImageStat

MOST_MEMORY = 400 * 1024**2  # bytes, of a process that has seen them all
FEWEST = 1_400  # files; fewer are another corpus
SENTENCE = re.compile(r"[A-Z0-9“i][^.\n]*(\.\d[^.\n]*)*\.")
MARKERS = (b"Exif\0\0", b"http://ns.adobe.com/", b"<x:xmpmeta", b"<?xpacket", b"ICC_PROFILE\0", b"Photoshop 3.0")
CHUNKS = {b"eXIf", b"iCCP", b"iTXt", b"tEXt", b"zTXt", b"EXIF", b"XMP ", b"ICCP"}  # of PNG and WebP
TOLD = {"exif", "xmp", "icc_profile", "comment", "photoshop"}  # by Pillow
ORIENTATION, GPS = 0x0112, 0x8825  # tags of EXIF


def chunks(data: bytes) -> set[bytes]:
    """The names of a PNG's or a WebP's chunks."""
    found, at = set(), 8 if data[:4] == b"\x89PNG" else 12
    while data[:4] in (b"\x89PNG", b"RIFF") and at < len(data):
        if data[:4] == b"RIFF":
            name, size, rest = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little"), 8
            size += size % 2
        else:
            name, size, rest = data[at + 4 : at + 8], int.from_bytes(data[at : at + 4]), 12
        found.add(name)
        at += size + rest
    return found


@tag("corpora")
class CorporaTests(SimpleTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        folder = Path(os.environ.get("CORPORA") or "nowhere")
        cls.files = sorted(path for path in folder.rglob("*") if path.is_file())
        warnings.simplefilter("ignore")  # Pillow's, of what it reads

    def setUp(self) -> None:
        if not self.files:
            self.fail("CORPORA names no folder with files: run .ci/corpora.py FOLDER first.")
        self.home = Path(self.enterContext(TemporaryDirectory(prefix="galley-corpora-")))
        knobs = {"DATA_DIR": str(self.home / "var"), "DATABASE_URL": "", "CACHE_URL": "", "CLOUDINARY_URL": ""}
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "core.images.tests.corpora_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=settings.BASE_DIR,
            env=os.environ | knobs,
            text=True,
        )
        self.addCleanup(self.worker.wait)
        self.addCleanup(self.worker.stdin.close)
        self.addCleanup(self.worker.stdout.close)

    def hold(self, file: Path, into: Path) -> dict:
        self.worker.stdin.write(json.dumps({"file": str(file), "into": str(into)}) + "\n")
        self.worker.stdin.flush()
        line = self.worker.stdout.readline()
        self.assertTrue(line, f"{file} ended the process.")
        return json.loads(line)

    def test_every_file_is_cleaned_or_refused_with_one_sentence(self):
        self.assertGreaterEqual(len(self.files), FEWEST)
        answers, had, refusals, slowest, peak = Counter(), Counter(), Counter(), (0.0, ""), (0, "")
        for file in self.files:
            with self.subTest(file=str(file)):
                into = self.home / "clean"
                answer = self.hold(file, into)
                answers[answer["status"]] += 1
                slowest = max(slowest, (answer["seconds"], file.name))
                if answer["peak"] > peak[0]:
                    peak = answer["peak"], file.name
                self.assertIn(answer["status"], (200, 422), answer["error"])
                if answer["status"] == 422:
                    self.assertRegex(answer["error"], rf"\A{SENTENCE.pattern}\Z")
                    refusals[re.sub(r"[\d.]+", "N", answer["error"])[:50]] += 1
                else:
                    had += self.carried(file)
                    self.assertClean(into.read_bytes())
                    self.assertUpright(file, into)
        print(f"\n{len(self.files):,} files: {answers[200]:,} accepted, {answers[422]:,} refused")
        print(f"of the accepted had {', '.join(f'{what} {number}' for what, number in sorted(had.items()))}")
        for refusal, number in refusals.most_common():
            print(f"{number:5} {refusal}")
        print(f"peak {peak[0] / 2**20:.0f} MB at {peak[1]}; slowest {slowest[0]:.2f} s, {slowest[1]}")
        self.assertLess(peak[0], MOST_MEMORY)
        self.assertGreater(min(had[what] for what in ("EXIF", "GPS", "XMP", "ICC", "turned")), 0)

    def carried(self, file: Path) -> Counter:
        """What the accepted file had beside its pixels."""
        data, found = file.read_bytes(), Counter()
        found["XMP"] = int(b"<x:xmpmeta" in data or b"<?xpacket" in data)
        with suppress(Exception), Image.open(file) as image:  # what it says of itself may be broken
            exif = image.getexif()
            found["EXIF"], found["GPS"] = int(bool(exif)), int(bool(exif.get_ifd(GPS)))
            found["ICC"] = int("icc_profile" in image.info)
            found["turned"] = int(exif.get(ORIENTATION, 1) > 1)
        return found

    def assertClean(self, data: bytes) -> None:
        self.assertEqual([marker for marker in MARKERS if marker in data], [])
        self.assertEqual(chunks(data) & CHUNKS, set())
        with Image.open(self.home / "clean") as image:
            image.load()
            self.assertEqual(TOLD & image.info.keys(), set())
            self.assertFalse(image.getexif())

    def assertUpright(self, file: Path, into: Path) -> None:
        """What its camera turned is turned back, and looks as the upright original does."""
        with Image.open(file) as source, Image.open(into) as clean:
            try:
                exif = Image.Exif()
                exif.load(source.info.get("exif", b""))  # of the EXIF alone, as browsers do: XMP may say otherwise
                if exif.get(ORIENTATION, 1) == 1 or getattr(source, "is_animated", False):
                    return
                source.load()
                upright = ImageOps.exif_transpose(source)
            except Exception:  # its EXIF is broken: nothing says that it was turned
                return
            self.assertAlmostEqual(upright.width / upright.height, clean.width / clean.height, delta=0.05)
            small = [image.convert("RGB").resize((16, 16)) for image in (upright, clean)]
            self.assertLess(max(ImageStat.Stat(ImageChops.difference(*small)).mean), 12, "it is not upright")
