"""CLOUDINARY_URL, read and checked. Imports nothing of Cloudinary: the settings call it at every start."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ImproperlyConfigured

SHAPE = "it must look like cloudinary://key:secret@cloud"
PLACEHOLDER = re.compile(r"[<>*]|(your[_-]?)?(api[_-]?key|api[_-]?secret|cloud[_-]?name)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Account:
    """An account at Cloudinary. `upload_prefix` is the address of the API, empty for Cloudinary's own."""

    cloud_name: str
    api_key: str
    api_secret: str = field(repr=False)
    upload_prefix: str = ""


@lru_cache(maxsize=4)
def parse_cloudinary_url(url: str) -> Account:
    """Read cloudinary://key:secret@cloud, or that with ?upload_prefix=https://...; no other option is used.

    As in the SDK, the cloud name is lower-cased and the secret is taken as it stands, not URL-decoded.
    Raises ImproperlyConfigured with one line that names the variable and never shows the secret.
    """
    try:
        parts = urlsplit(url)
        options = parse_qs(parts.query)
    except ValueError:
        raise ImproperlyConfigured(f"CLOUDINARY_URL cannot be read; {SHAPE}.") from None
    if parts.scheme != "cloudinary":
        raise ImproperlyConfigured(f"CLOUDINARY_URL does not begin with cloudinary://; {SHAPE}.")
    found = {"cloud name": parts.hostname, "key": parts.username, "secret": parts.password}
    for name, value in found.items():
        if not value:
            raise ImproperlyConfigured(f"CLOUDINARY_URL has no {name}; {SHAPE}.")
        if PLACEHOLDER.match(value):
            raise ImproperlyConfigured(f"CLOUDINARY_URL still has a placeholder for the {name}; {SHAPE}.")
    if parts.path.strip("/"):
        raise ImproperlyConfigured("CLOUDINARY_URL has a path; a delivery host goes into IMAGES_DELIVERY_BASE.")
    prefix = options.get("upload_prefix", [""])[0].rstrip("/")
    if prefix and not prefix.startswith(("http://", "https://")):
        raise ImproperlyConfigured("CLOUDINARY_URL has an upload_prefix that is no http or https address.")
    return Account(*found.values(), prefix)
