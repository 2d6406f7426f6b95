"""Pictures at Cloudinary: the only place that imports its SDK.

It is called by attribute (`cloudinary.uploader.upload`), so that a test can patch it; always with bytes, as
it would open a path and fetch an address; and always with a timeout, as it has none of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import cloudinary.api
import cloudinary.api_client.call_api
import cloudinary.exceptions
import cloudinary.uploader
import urllib3
from django.conf import settings

from core.images.stores import Stored, StoreError, StoreRefused
from core.images.stores.configuration import parse_cloudinary_url

if TYPE_CHECKING:
    from core.images.models import Image
    from core.images.validate import Picture

TIMEOUT = urllib3.Timeout(connect=5, read=25)  # seconds: half a minute at most
PAGE = 500  # the most names that one listing answers
GONE = {"ok", "not found", "already deleted"}
BARRED = (cloudinary.exceptions.AuthorizationRequired, cloudinary.exceptions.NotAllowed)

_configuring = Lock()

# Left alone, urllib3 obeys a Retry-After of up to six hours on a listing, in silence.
cloudinary.api_client.call_api._http.connection_pool_kw["retries"] = urllib3.Retry(3, respect_retry_after_header=False)


def put(key: str, picture: Picture) -> Stored:
    """Upload under `key`, in one call. Where its answer is lost, a later call finds the same picture stored."""
    etag = hashlib.md5(picture.data, usedforsecurity=False).hexdigest()
    answer = _upload(key, picture)
    if not isinstance(answer, dict) or not _text(answer.get("public_id")):
        raise StoreError("Cloudinary answered the upload with something that is no picture.")
    if answer.get("existing") and answer.get("etag", etag) != etag:
        raise StoreRefused("Cloudinary already keeps another picture under this key.")
    return Stored(
        public_id=_text(answer["public_id"]),
        url=_address(answer.get("secure_url")) or _address(answer.get("url")),
        version=_text(answer.get("version")),
        format=_text(answer.get("format")),
        width=_pixels(answer.get("width")),
        height=_pixels(answer.get("height")),
    )


def drop(image: Image) -> None:
    """Destroy it, on the delivery network too; a row whose upload was never confirmed goes by its key."""
    public_id = image.public_id or image.key
    answer = _called("removal", lambda: cloudinary.uploader.destroy(public_id, invalidate=True, timeout=TIMEOUT))
    if not isinstance(answer, dict) or answer.get("result") not in GONE:
        raise StoreError("Cloudinary did not confirm the removal.")


def url(image: Image, width: int | None = None) -> str:
    """The address that the SDK would build, in a hundredth of its time.

    The master of an image whose version Cloudinary never told is where Cloudinary said it is; so is every
    image once CLOUDINARY_URL is no longer set.
    """
    if not settings.CLOUDINARY_URL or (width is None and image.url and not image.version):
        return image.url
    base = settings.IMAGES_DELIVERY_BASE or "https://res.cloudinary.com"
    cloud = parse_cloudinary_url(settings.CLOUDINARY_URL).cloud_name
    change = f"c_limit,f_auto,q_auto,w_{width}/" if width else ""
    name = quote(image.public_id or image.key, safe="/:")
    return f"{base}/{cloud}/image/upload/{change}v{image.version or 1}/{name}"


def listed(prefix: str = "", cursor: str = "") -> tuple[list[str], str]:
    """One call of the Admin API: 500 an hour on the free plan, so never while a reader or writer waits."""
    options = {"next_cursor": cursor} if cursor else {}
    answer = _called(
        "listing",
        lambda: cloudinary.api.resources(type="upload", prefix=prefix, max_results=PAGE, timeout=TIMEOUT, **options),
    )
    try:
        return [asset["public_id"] for asset in answer["resources"]], answer.get("next_cursor") or ""
    except (KeyError, TypeError):
        raise StoreError("Cloudinary answered the listing with something that is no list.") from None


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
            timeout=TIMEOUT,
        ),
    )


def _called(what: str, call: Callable[[], Any]) -> Any:
    """What the SDK answers. Its exceptions end here, whatever their class: some broken answers make it raise
    TypeError, the Admin API plain Exception. The text of a 401 goes no further: it quotes what was signed.
    """
    _configure()
    try:
        return call()
    except cloudinary.exceptions.BadRequest as error:
        raise StoreRefused(f"Cloudinary refused the {what}: {' '.join(str(error).split())[:200]}") from None
    except BARRED:
        raise StoreRefused(f"Cloudinary refused the {what}: check CLOUDINARY_URL.") from None
    except Exception as error:
        raise StoreError(f"Cloudinary did not confirm the {what} ({type(error).__name__}).") from None


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
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else ""


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _pixels(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
