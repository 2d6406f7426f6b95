"""Pictures in MEDIA_ROOT, a folder each: i/<key>/master.<ext>, and beside it <width>.webp, made on first use.

Files appear whole or not at all: written under another name, flushed to the disk, then renamed.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from core.images import validate
from core.images.presets import SOCIAL
from core.images.stores import Stored, StoreError, StoreRefused, Usage, etag

if TYPE_CHECKING:
    from core.images.models import Image

# "<site>/<uuid>" or "<uuid>", the uuid with or without its hyphens
KEY = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]*/)?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")
PAGE = 500  # names that one listing answers, as many as Cloudinary does
FULL = {errno.ENOSPC, errno.EDQUOT}


def put(key: str, picture: validate.Picture) -> Stored:
    folder, extension = _folder(key), picture.extension
    with _told("stored"):
        folder.mkdir(parents=True, exist_ok=True)
        for above in (folder.parent, folder.parent.parent):
            _flush(above)  # that the folder is there must outlive a power cut, as its file does
        kept = next(folder.glob("master.*"), None)
        if kept is None:
            _write(folder / f"master.{extension}", picture.data)
        elif kept.read_bytes() != picture.data:
            raise StoreRefused("Another picture is already kept under this key.")
    return Stored(public_id=key, format=extension, width=picture.width, height=picture.height)


def drop(image: Image) -> None:
    with _told("removed"), suppress(FileNotFoundError):
        shutil.rmtree(_folder(image.key))


def read(image: Image) -> bytes:
    with _told("read"):
        data = master(image).read_bytes()
    if image.etag and etag(data) != image.etag:
        raise StoreError("The kept picture is another than the one that was put there.")
    return data


def missing(images: Iterable[Image]) -> set[str]:
    """Of one that was adopted nobody knows the format: its folder is all that can be asked for."""
    return {
        image.key for image in images if not (master(image).is_file() if image.format else _folder(image.key).is_dir())
    }


def usage() -> Usage:
    """What the pictures and their copies take, and what the disk has left."""
    root = _root()
    with _told("counted"):
        root.mkdir(parents=True, exist_ok=True)
        used = sum(path.lstat().st_size for path in root.rglob("*") if path.is_file())
        return Usage(used=used, free=shutil.disk_usage(root).free)


def url(image: Image, width: int | None = None) -> str:
    return f"{settings.MEDIA_URL}i/{image.key}/{f'{width}.webp' if width else master_name(image)}"


def social(image: Image) -> str:
    return f"{settings.MEDIA_URL}i/{image.key}/{social_name(image)}"


def listed(prefix: str = "", cursor: str = "") -> tuple[dict[str, datetime | None], str]:
    """Every folder named like a key, with or without a master: a put that was cut short leaves one, too."""
    root = _root()
    with _told("listed"):
        folders = [entry for entry in (*root.glob("*"), *root.glob("*/*")) if entry.is_dir()]
        names = sorted(folder.relative_to(root).as_posix() for folder in folders)
        names = [name for name in names if KEY.fullmatch(name) and name.startswith(prefix) and name > cursor]
        page = {name: datetime.fromtimestamp((root / name).stat().st_mtime, UTC) for name in names[:PAGE]}
    return page, names[PAGE - 1] if len(names) > PAGE else ""


def master_name(image: Image) -> str:
    """The file name of the master, from what the row says of its format."""
    return f"master.{'jpg' if image.format == 'jpeg' else image.format}"


def master(image: Image) -> Path:
    """The master's file. Whether it exists is for the caller to find out."""
    return _folder(image.key) / master_name(image)


def variant(image: Image, width: int) -> Path:
    """The WebP file at most `width` pixels wide, made now if nobody asked for it before.

    Which widths may be asked for is the caller's rule. Raises FileNotFoundError when there is no master, and
    StoreError when the master is damaged or the file cannot be written.
    """
    return _derived(image, f"{width}.webp", lambda data: validate.scale_picture(data, width))


def social_name(image: Image) -> str:
    """The file name of the crop for other sites: another point to keep is another file."""
    return "social-{}-{}.jpg".format(*(image.focus or (50, 50)))


def social_crop(image: Image) -> Path:
    """The JPEG file of presets.SOCIAL's size, made now if nobody asked for it before; raises as variant() does."""

    def cut(data: bytes) -> bytes:
        for old in _folder(image.key).glob("social-*.jpg"):
            old.unlink(missing_ok=True)  # around a point that was given up
        return validate.crop_picture(data, SOCIAL, image.focus)

    return _derived(image, social_name(image), cut)


def _derived(image: Image, name: str, make: Callable[[bytes], bytes]) -> Path:
    path = _folder(image.key) / name
    if path.exists():
        return path
    # The lock on the master holds between threads and processes, and ends with the process that held it.
    with open(master(image), "rb") as file:
        flock(file, LOCK_EX)
        if not path.exists():
            try:
                copy = make(file.read())
            except Exception as error:
                raise StoreError("The kept picture is damaged: it was not resized.") from error
            with _told("resized"):
                _write(path, copy)
    return path


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "i"


def _folder(key: str) -> Path:
    """The folder of `key`. A key of another form than ours could lead out of MEDIA_ROOT, and is refused."""
    if not KEY.fullmatch(key):
        raise StoreRefused("This is not the key of a picture.")
    return _root() / key


def _write(path: Path, data: bytes) -> None:
    """Write `path` so that a crash at any moment leaves all of it or none of it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with open(draft, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _flush(path.parent)


def _flush(folder: Path) -> None:
    """Bring to the disk which names a folder has."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told(done: str) -> Iterator[None]:
    """Say an OSError as one plain sentence, a StoreError."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StoreError(f"The disk is full: the picture was not {done}.") from error
        raise StoreError(f"The picture was not {done}: {error.strerror} ({settings.MEDIA_ROOT}).") from error
