"""What pictures cost a page and its readers, beside the bars. Uses a database in memory and a folder of its own.

    .venv/bin/python bench/pictures.py

CPU is of this process, the middle of many runs.
"""

import io
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.argv[1:] = ["test"]  # settings as under test: no files with hashed names, cheap passwords
_data = tempfile.TemporaryDirectory(prefix="galley-bench-")
os.environ.update(DATA_DIR=_data.name, DATABASE_URL="", CACHE_URL="", TEST_DATABASE="")
os.environ["DJANGO_SETTINGS_MODULE"] = "core.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: E402
from PIL import Image as Drawing  # noqa: E402

from accounts.models import User  # noqa: E402
from core.images import validate  # noqa: E402
from core.images.html import picture  # noqa: E402
from core.images.models import Image  # noqa: E402
from core.images.stores import local  # noqa: E402
from core.images.validate import clean_picture  # noqa: E402
from core.images.views import serving  # noqa: E402
from posts import card  # noqa: E402

RUNS = 200


def noise(width: int, height: int) -> bytes:
    dice, file = random.Random(1), io.BytesIO()  # noqa: S311
    Drawing.frombytes("RGB", (width, height), dice.randbytes(3 * width * height)).save(file, "JPEG", quality=90)
    return file.getvalue()


def cpu(act: Callable[[], Any], runs: int = RUNS) -> float:
    """Milliseconds."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        act()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def said(what: str, found: str, bar: str = "") -> None:
    print(f"{what:<64}{found:>12}  {bar}")


def addresses(owner: User) -> None:
    for store in ("local", "cloudinary"):
        facts = {"state": "s", "store": store, "public_id": "a/b", "version": "7", "width": 2000, "height": 1200}
        images = [Image(owner=owner, placeholder="UklGR" * 12, **facts) for _ in range(10)]
        with connection.execute_wrapper(lambda *_: sys.exit("a query")):
            spent = cpu(lambda images=images: [[image.src(width) for width in (320, 640, 960)] for image in images])
            said(f"addresses of a list with 10 pictures, {store}", f"{spent:.3f} ms", "bar: 1 ms, no query")
            spent = cpu(lambda images=images: [picture(image, "thumb") for image in images])
            said(f"their whole HTML, {store}", f"{spent:.3f} ms")


def variants(owner: User) -> None:
    image = Image.objects.hold(clean_picture(noise(2560, 1700)), owner=owner)
    image.send()
    site, name = image.key.split("/")
    request = RequestFactory().get(image.src(640))
    request.user = SimpleNamespace(is_authenticated=False)

    def hit() -> None:
        serving.image_variant(request, site, name, 640).close()

    start = time.perf_counter()
    hit()
    said("a variant's first hit, from 2560×1700 noise", f"{(time.perf_counter() - start) * 1000:.0f} ms")
    said("the same again, the view alone", f"{cpu(hit):.3f} ms", "bar: 1 ms")
    made = []

    def scaled(data: bytes, width: int, scale: Callable = validate.scale_picture) -> bytes:
        made.append(width)
        return scale(data, width)

    with patch("core.images.validate.scale_picture", scaled), ThreadPoolExecutor(8) as pool:
        start = time.perf_counter()
        list(pool.map(lambda _: local.variant(image, 960), range(8)))
    took = (time.perf_counter() - start) * 1000
    said("8 first hits at once", f"{took:.0f} ms", f"made {len(made)} time(s); bar: 1")


def main() -> None:
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)
    settings.MEDIA_ROOT = Path(_data.name) / "media"
    settings.CLOUDINARY_URL, settings.IMAGES_STORE = "cloudinary://key:secret@demo", "local"
    owner = User.objects.create_user("ada", password="galley-bench-1")  # noqa: S106
    addresses(owner)
    variants(owner)
    said("a title drawn, 1200×630", f"{cpu(lambda: card.draw('The long way round', 'Ada', 'Galley'), 20):.0f} ms")
    teardown_test_environment()


if __name__ == "__main__":
    main()
