"""Pictures at Cloudinary: the only place that imports its SDK.

It is called by attribute (`cloudinary.uploader.upload`), so that a test can patch it; always with bytes, as
it would open a path and fetch an address; and always for IMAGES_TIMEOUT seconds at most, as it would wait for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from itertools import batched
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import cloudinary.api
import cloudinary.api_client.call_api
import cloudinary.exceptions
import cloudinary.uploader
import urllib3
from django.conf import settings

from core.images.presets import SOCIAL
from core.images.stores import Stored, StoreError, StoreRefused, Usage, etag
from core.images.stores.configuration import parse_cloudinary_url
from core.images.stores.deadline import bounded, cuttable

if TYPE_CHECKING:
    from core.images.models import Image
    from core.images.validate import Picture

CONNECT = 5  # seconds for one address of the host, of IMAGES_TIMEOUT in all
PAGE = 500  # the most names that one listing answers
ASKED = 100  # the most ids that one question for them may name
GONE = {"ok", "not found", "already deleted"}
BARRED = (cloudinary.exceptions.AuthorizationRequired, cloudinary.exceptions.NotAllowed)

# Uploads of this process that wait at once. The other threads are left to readers while Cloudinary is slow.
PLACES = BoundedSemaphore(max(1, settings.THREADS // 2))

_configuring = Lock()
_delivery = cuttable(urllib3.PoolManager(cert_reqs="CERT_REQUIRED"))
for _sdk in (cloudinary.uploader, cloudinary.api_client.call_api):
    cuttable(_sdk._http)


def put(key: str, picture: Picture) -> Stored:
    """Upload under `key`, in one call. Where its answer is lost, a later call finds the same picture stored."""
    sent = etag(picture.data)
    with _place():
        answer = _upload(key, picture)
    if not isinstance(answer, dict) or not _text(answer.get("public_id")):
        raise StoreError("Cloudinary answered the upload with something that is no picture.")
    if answer.get("existing") and answer.get("etag", sent) != sent:
        raise StoreRefused("Cloudinary already keeps another picture under this key.")
    return Stored(
        public_id=_text(answer["public_id"]),
        url=_address(answer.get("secure_url")) or _address(answer.get("url")),
        version=_text(answer.get("version"), 20),
        format=_text(answer.get("format")),
        width=_number(answer.get("width")) or None,
        height=_number(answer.get("height")) or None,
    )


def drop(image: Image) -> None:
    """Destroy it, on the delivery network too; a row whose upload was never confirmed goes by its key.

    What another installation has put there is its own: a copy of its database must not empty its account.
    """
    site = image.key.rpartition("/")[0]
    if site not in settings.IMAGES_SITES:
        raise StoreRefused(f"It is “{site}” that put this picture at Cloudinary, and IMAGES_SITE does not name that.")
    public_id = image.public_id or image.key
    answer = _called("removal", lambda: cloudinary.uploader.destroy(public_id, invalidate=True, timeout=_timeout()))
    if not isinstance(answer, dict) or answer.get("result") not in GONE:
        raise StoreError("Cloudinary did not confirm the removal.")


def read(image: Image) -> bytes:
    """The original, over the delivery network. It has no limit on calls, and needs no account."""
    address = url(image)
    if not address:
        raise StoreError("CLOUDINARY_URL is not set, and Cloudinary never said where this picture is.")
    data = _told("delivery", lambda: _fetched(address))
    if image.etag and etag(data) != image.etag:
        raise StoreError("Cloudinary delivers another picture than the one that was put there.")
    return data


def missing(images: Iterable[Image]) -> set[str]:
    gone = set()
    for some in batched(images, ASKED):
        ids = {image.key: image.public_id or image.key for image in some}
        found = _found(sorted(set(ids.values())))
        gone |= {key for key, public_id in ids.items() if public_id not in found}
    return gone


def usage() -> Usage:
    """The plan's words and numbers, as far as Cloudinary says them; some plans count units, others credits."""
    answer = _called("question", lambda: cloudinary.api.usage(timeout=_timeout()))
    if not isinstance(answer, dict):
        raise StoreError("Cloudinary answered the question with something that is no usage.")
    parts = {name: part for name, part in answer.items() if isinstance(part, dict)}
    limits, counted = parts.get("media_limits", {}), parts.get("credits", parts.get("units", {}))
    share = counted.get("used_percent")
    return Usage(
        plan=_text(answer.get("plan")),
        used=_number(parts.get("storage", {}).get("usage")),
        percent=share if isinstance(share, int | float) else None,
        max_bytes=_number(limits.get("image_max_size_bytes")) or None,
        max_pixels=_number(limits.get("image_max_px")) or None,
    )


def url(image: Image, width: int | None = None) -> str:
    """The address that the SDK would build, in a hundredth of its time.

    The master of an image whose version Cloudinary never told is where Cloudinary said it is; so is every
    image once CLOUDINARY_URL is no longer set.
    """
    if not settings.CLOUDINARY_URL or (width is None and image.url and not image.version):
        return image.url
    return _delivered(image, f"c_limit,f_auto,q_auto,w_{width}/" if width else "")


def social(image: Image) -> str:
    """Cut around the point to keep, or where Cloudinary sees what matters; a JPEG, as not everybody takes more."""
    if not settings.CLOUDINARY_URL:
        return image.url
    at = "g_auto"
    if image.focus:
        x, y = (side * percent // 100 for side, percent in zip((image.width, image.height), image.focus, strict=True))
        at = f"g_xy_center,x_{x},y_{y}"
    return _delivered(image, "c_fill,{},f_jpg,q_auto,w_{},h_{}/".format(at, *SOCIAL))


def _delivered(image: Image, change: str) -> str:
    base = settings.IMAGES_DELIVERY_BASE or "https://res.cloudinary.com"
    cloud = parse_cloudinary_url(settings.CLOUDINARY_URL).cloud_name
    name = quote(image.public_id or image.key, safe="/:")
    return f"{base}/{cloud}/image/upload/{change}v{image.version or 1}/{name}"


def listed(prefix: str = "", cursor: str = "") -> tuple[dict[str, datetime | None], str]:
    """One call of the Admin API: 500 an hour on the free plan, so never while a reader or writer waits."""
    options = {"next_cursor": cursor} if cursor else {}
    return _assets(
        "listing",
        lambda: cloudinary.api.resources(
            type="upload", prefix=prefix, max_results=PAGE, timeout=_timeout(), **options
        ),
    )


def _upload(key: str, picture: Picture) -> Any:
    site = key.rpartition("/")[0]
    return _called(
        "upload",
        lambda: cloudinary.uploader.upload(
            BytesIO(picture.data),
            public_id=key,
            overwrite=False,
            resource_type="image",
            tags=[site] if site else [],
            timeout=_timeout(),
        ),
    )


def _found(ids: list[str]) -> dict[str, datetime | None]:
    """Those of at most ASKED ids that are there."""
    question = lambda: cloudinary.api.resources_by_ids(ids, timeout=_timeout())  # noqa: E731
    return _assets("question", question)[0]


def _assets(what: str, call: Callable[[], Any]) -> tuple[dict[str, datetime | None], str]:
    answer = _called(what, call)
    try:
        found = {asset["public_id"]: _time(asset.get("created_at")) for asset in answer["resources"]}
        return found, answer.get("next_cursor") or ""
    except (AttributeError, KeyError, TypeError):
        raise StoreError(f"Cloudinary answered the {what} with something that is no list.") from None


def _fetched(address: str) -> bytes:
    most = settings.IMAGES_MAX_BYTES
    with _delivery.request("GET", address, timeout=_timeout(), redirect=False, preload_content=False) as response:
        if response.status != HTTPStatus.OK:
            raise StoreError(f"Cloudinary did not deliver the picture ({response.status}).")
        data = response.read(most + 1)
    if len(data) > most:
        raise StoreError(f"Cloudinary delivers more than {most} bytes, the most that a picture may have.")
    return data


@contextmanager
def _place():
    """One of the PLACES to wait in, at once or not at all."""
    if not PLACES.acquire(blocking=False):
        raise StoreError("Other pictures are on their way to Cloudinary, and this one is sent after them.")
    try:
        yield
    finally:
        PLACES.release()


def _timeout() -> urllib3.Timeout:
    return urllib3.Timeout(total=settings.IMAGES_TIMEOUT, connect=CONNECT)


def _called(what: str, call: Callable[[], Any]) -> Any:
    _configure()
    return _told(what, call)


def _told(what: str, call: Callable[[], Any]) -> Any:
    """What the SDK answers. Its exceptions end here, whatever their class: some broken answers make it raise
    TypeError, the Admin API plain Exception. The text of a 401 goes no further: it quotes what was signed.
    """
    try:
        return bounded(call, settings.IMAGES_TIMEOUT)
    except StoreError:
        raise
    except cloudinary.exceptions.BadRequest as error:
        raise StoreRefused(f"Cloudinary refused the {what}: {' '.join(str(error).split())[:200]}") from None
    except BARRED:
        raise StoreRefused(f"Cloudinary refused the {what}: check CLOUDINARY_URL.") from None
    except cloudinary.exceptions.RateLimited:
        raise StoreError(f"Cloudinary takes no more calls for now, or its quota is used up: no {what}.") from None
    except TimeoutError:
        raise StoreError(f"Cloudinary did not confirm the {what} in {settings.IMAGES_TIMEOUT} seconds.") from None
    except Exception as error:
        reason = type(error.__context__ or error).__name__  # the SDK's own is called Error, whatever went wrong
        raise StoreError(f"Cloudinary did not confirm the {what} ({reason}).") from None


def _configure() -> None:
    """Configure the SDK from settings.CLOUDINARY_URL alone, in place of what it found in the environment."""
    if not settings.CLOUDINARY_URL:
        raise StoreError("CLOUDINARY_URL is not set, and this picture is kept at Cloudinary.")
    account = parse_cloudinary_url(settings.CLOUDINARY_URL)
    with _configuring:
        config = cloudinary.config()
        if config.galley_account == account:
            return
        vars(config).clear()
        cloudinary.config(
            cloud_name=account.cloud_name,
            api_key=account.api_key,
            api_secret=account.api_secret,
            upload_prefix=account.upload_prefix or None,
            signature_algorithm="sha1",
            signature_version=2,
            secure=True,
            galley_account=account,
        )


def _address(value: object) -> str:
    """It is printed as the source of a picture, so nothing but http and https."""
    address = _text(value, 500)
    return address if address.startswith(("https://", "http://")) else ""


def _text(value: object, most: int = 255) -> str:
    """Empty for what no column of the row holds: longer than `most`, or with a zero byte or half a letter in it."""
    text = str(value) if isinstance(value, str | int) else ""
    return text if len(text) <= most and text.isprintable() else ""


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None


def _time(value: object) -> datetime | None:
    """When it was stored: 2026-11-22T18:10:53Z."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
