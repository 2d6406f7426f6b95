"""A Cloudinary on this machine: what Galley uses of the real one's protocol, and the ways in which it fails.

It is our belief of how Cloudinary behaves; test_store_live holds the same tests against the real one.

    with FakeCloud() as cloud:
        with override_settings(CLOUDINARY_URL=cloud.cloudinary_url, IMAGES_DELIVERY_BASE=cloud.delivery_base):
"""

import hashlib
import json
import re
import secrets
import socketserver
import sys
import time
from base64 import b64encode
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Event, RLock, Thread
from typing import Any, Literal, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

from PIL import Image, ImageOps

CALL = re.compile(r"/v1_1/(?P<cloud>[^/]+)/(?P<action>.+)")
PART = r"[a-z]{1,2}_[^/,]+"
ASSET = re.compile(rf"/(?P<cloud>[^/]+)/image/upload/(?:(?P<change>{PART}(?:,{PART})*)/)?(?:v\d+/)?(?P<name>.+)")
NOT_SIGNED = {"file", "api_key", "signature", "cloud_name", "resource_type"}
TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}

MOST_IDS, MOST_LISTED = 100, 500
CHANGES = {  # what a part of a transformation may say; `c` and `g` are looked at together
    "c": re.compile("limit|fill|fit|scale"),
    "g": re.compile("auto|center|xy_center"),
    "f": re.compile("auto|jpg|png|webp|avif"),
    "q": re.compile("auto(:(best|good|eco|low))?|[1-9][0-9]?|100"),
    **{side: re.compile("[1-9][0-9]{0,4}") for side in "wh"},
    **{axis: re.compile("0|[1-9][0-9]{0,4}") for axis in "xy"},
}

type Answer = dict[str, Any]
type Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one API call, before or after it is carried out.

    The connection drops, the answer is no JSON, is another status (int) or late by so many seconds (float), or it
    drips: a byte every twentieth of a second, with no end, after what was asked for is done. `message` is what the
    provider says beside the status.
    """

    action: Literal["drop", "garbage", "drip"] | int | float
    when: Literal["before", "after"] = "before"
    headers: dict[str, str] = field(default_factory=dict)
    message: str = ""


def busy(status: int = 420) -> Fault:
    """The answer to one call too many in an hour: 420 of the Upload API, 429 of what stands before it."""
    return Fault(status, headers={"Retry-After": "3600"}, message="Rate Limit Exceeded. Limit of 500 API operations")


def over_quota() -> Fault:
    """The answer of an account that has used up what its plan allows."""
    return Fault(420, message="Rate Limited - the account is disabled: it is over its quota")


class Call(NamedTuple):
    """One API call as it arrived, and the status that was answered; 0: none was."""

    method: str
    action: str
    params: Params
    status: int


class Refusal(Exception):
    """An answer other than 200: its status, and what it says."""


class FakeCloud:
    """The server, a context manager. `assets` is what it keeps, by public id; `log` the API calls.

    Each of `faults` is used once, in order, one to an API call.
    """

    cloud, key, secret = "demo", "key", "secret"
    max_bytes, max_pixels = 10 * 1024 * 1024, 25_000_000  # the free plan's limits, see usage()["media_limits"]

    def __init__(self, port: int = 0) -> None:
        self.lock, self.stopped = RLock(), Event()
        self.reset()
        self.http = Server(("127.0.0.1", port), Handler)
        self.http.fake = self
        self.delivery_base = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.cloudinary_url = f"cloudinary://{self.key}:{self.secret}@{self.cloud}?upload_prefix={self.delivery_base}"

    credits = 25  # of the free plan, in a month: 1 GB kept, 1 GB delivered or 1,000 transformations each

    def reset(self) -> None:
        self.assets: dict[str, dict[str, Any]] = {}
        self.faults: list[Fault] = []
        self.log: list[Call] = []
        self.version = self.transformations = 0

    def __enter__(self) -> Self:
        Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stopped.set()
        self.http.shutdown()
        self.http.server_close()

    # --- the Upload API

    def check_signature(self, params: Params) -> None:
        """SHA-1 of the sorted "name=value" and the secret; an & inside counts as %26; it lives an hour."""
        signed = {name: ",".join(value) if isinstance(value, list) else value for name, value in params.items()}
        parts = (f"{name}={value}" for name, value in signed.items() if value and name not in NOT_SIGNED)
        text = "&".join(sorted(part.replace("&", "%26") for part in parts))
        if params.get("api_key") != self.key:
            raise Refusal(401, f"Unknown API key {params.get('api_key')}")
        if params.get("signature") != hashlib.sha1(f"{text}{self.secret}".encode()).hexdigest():
            raise Refusal(401, f"Invalid Signature {params.get('signature')}. String to sign - '{text}'.")
        if abs(time.time() - int(params.get("timestamp") or 0)) > 3600:
            raise Refusal(400, f"Stale request - reported time is {params.get('timestamp')}")

    def upload(self, params: Params) -> Answer:
        data, name = params.get("file") or b"", params.get("public_id") or secrets.token_hex(10)
        if len(data) > self.max_bytes:
            raise Refusal(400, f"File size too large. Got {len(data)}. Maximum is {self.max_bytes}.")
        try:
            with Image.open(BytesIO(data)) as picture:
                (width, height), kind = picture.size, picture.format.lower().replace("jpeg", "jpg")
        except OSError:
            raise Refusal(400, "Invalid image file") from None
        if width * height > self.max_pixels:
            raise Refusal(400, f"Image is too large: at most {self.max_pixels} pixels.")
        if kind not in (params.get("allowed_formats") or kind).split(","):
            raise Refusal(400, f"Image file format {kind} not allowed")
        if name in self.assets and params.get("overwrite") in {"0", "false"}:
            return self.told(name) | {"existing": True}
        self.version = max(int(time.time()), self.version + 1)
        etag = hashlib.md5(data).hexdigest()
        self.assets[name] = {
            "version": self.version,
            "format": kind,
            "width": width,
            "height": height,
            "etag": etag,
            "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        self.assets[name] |= {"tags": (params.get("tags") or "").split(","), "bytes": len(data), "data": data}
        return self.told(name)

    def destroy(self, params: Params) -> Answer:
        return {"result": "ok" if self.assets.pop(params.get("public_id"), None) else "not found"}

    def explicit(self, params: Params) -> Answer:
        return self.told(params.get("public_id"))

    def rename(self, params: Params) -> Answer:
        old, new = params.get("from_public_id"), params.get("to_public_id")
        self.told(old)
        if new in self.assets and params.get("overwrite") not in {"1", "true"}:
            raise Refusal(400, f"to_public_id({new}) already exists")
        self.assets[new] = self.assets.pop(old)
        return self.told(new)

    def told(self, name: str | None) -> Answer:
        """An asset as both APIs tell it, with the signature that proves it came from here."""
        if name not in self.assets:
            raise Refusal(404, f"Resource not found - {name}")
        asset = {fact: value for fact, value in self.assets[name].items() if fact != "data"}
        proof = f"public_id={name}&version={asset['version']}{self.secret}"
        asset |= {"public_id": name, "resource_type": "image", "type": "upload"}
        asset["signature"] = hashlib.sha1(proof.encode()).hexdigest()
        path = f"{self.cloud}/image/upload/v{asset['version']}/{name}.{asset['format']}"
        return asset | {"url": f"{self.delivery_base}/{path}", "secure_url": f"{self.delivery_base}/{path}"}

    # --- the Admin API

    def admin(self, method: str, action: str, params: Params) -> Answer:
        if action == "ping":
            return {"status": "ok"}
        if action == "usage":
            return self.usage()
        if "public_ids" in params and len(params["public_ids"]) > MOST_IDS:
            raise Refusal(400, f"Too many public_ids: at most {MOST_IDS}")
        wanted = params.get("public_ids") or [n for n in self.assets if n.startswith(params.get("prefix") or "")]
        names = sorted(name for name in wanted if name in self.assets and name > params.get("next_cursor", ""))
        if method == "DELETE":
            return {"deleted": {name: "deleted" for name in names if self.assets.pop(name)}}
        if "public_ids" in params:
            return {"resources": [self.told(name) for name in names]}  # all of them: there is no page of these
        size = int(params.get("max_results") or 10)
        if not 1 <= size <= MOST_LISTED:
            raise Refusal(400, f"Invalid value for parameter max_results: {size}")
        more = {"next_cursor": names[size - 1]} if len(names) > size else {}
        return {"resources": [self.told(name) for name in names[:size]]} | more

    def usage(self) -> Answer:
        """What an account is told of itself; credits are counted from what it keeps and what it had made."""
        kept = sum(asset["bytes"] for asset in self.assets.values())
        used = kept / 2**30 + self.transformations / 1000
        return {
            "plan": "Free",
            "last_updated": time.strftime("%Y-%m-%d", time.gmtime()),
            "objects": {"usage": len(self.assets)},
            "transformations": {"usage": self.transformations, "credits_usage": self.transformations / 1000},
            "bandwidth": {"usage": 0, "credits_usage": 0.0},
            "storage": {"usage": kept, "credits_usage": round(kept / 2**30, 2)},
            "credits": {"usage": used, "limit": self.credits, "used_percent": round(100 * used / self.credits, 2)},
            "resources": len(self.assets),
            "media_limits": {"image_max_size_bytes": self.max_bytes, "image_max_px": self.max_pixels},
        }

    # --- delivery

    def delivered(self, name: str, change: str, accept: str) -> tuple[bytes, str]:
        """The bytes and their content type, scaled as `change` ("c_limit,f_auto,q_auto,w_320") says."""
        name, _, kind = (name, "", "") if name in self.assets else name.rpartition(".")
        if name not in self.assets or kind not in {"", *TYPES}:
            raise Refusal(404, f"Resource not found - {name}")
        asset = self.assets[name]
        kind = kind or asset["format"]
        if not change and kind == asset["format"]:
            return asset["data"], TYPES[kind]
        wish = self.understood(change)
        self.transformations += 1
        kind = wish.get("f", kind)
        if kind in {"auto", "avif"}:  # AVIF is not made here, and nobody needs it to see a picture
            kind = "webp" if "image/webp" in accept else asset["format"]
        picture, output = Image.open(BytesIO(asset["data"])), BytesIO()
        size = tuple(int(wish.get(side, length)) for side, length in zip("wh", picture.size, strict=True))
        if wish.get("c") == "fill":
            centre = tuple(
                int(wish.get(axis, side // 2)) / side for axis, side in zip("xy", picture.size, strict=True)
            )
            picture = ImageOps.fit(picture, size, centering=_centering(picture.size, size, centre))
        elif wish.get("c") == "scale":
            picture = picture.resize(size)
        else:
            picture.thumbnail(size)  # c_limit: never larger than it is
        picture.convert("RGB" if kind == "jpg" else "RGBA").save(output, "jpeg" if kind == "jpg" else kind)
        return output.getvalue(), TYPES[kind]

    def understood(self, change: str) -> dict[str, str]:
        """The parts of a transformation, by name. What Cloudinary would not understand, or not do, is a 400."""
        pairs = [part.split("_", 1) for part in change.split(",")] if change else []
        wish = dict(pairs)
        wrong = [
            f"{name}_{value}" for name, value in pairs if name not in CHANGES or not CHANGES[name].fullmatch(value)
        ]
        if wrong or len(wish) < len(pairs):
            raise Refusal(400, f"Invalid transformation component - {wrong[0] if wrong else change}")
        if "g" in wish and wish.get("c") != "fill":
            raise Refusal(400, f"Gravity needs a crop - {change}")
        if ("x" in wish or "y" in wish) and wish.get("g") != "xy_center":
            raise Refusal(400, f"Position needs g_xy_center here - {change}")
        if "c" in wish and not ("w" in wish or "h" in wish):
            raise Refusal(400, f"Missing width or height - {change}")
        return wish


def _centering(size: tuple[int, int], target: tuple[int, int], centre: tuple[float, float]) -> tuple[float, float]:
    """Of what is cut away, the share that is cut left and above: `centre` comes as near the middle as it can."""
    shares = []
    for side, wanted, other, other_wanted, at in zip(size, target, size[::-1], target[::-1], centre, strict=True):
        kept = min(1.0, wanted * other / (other_wanted * side))
        shares.append(0.5 if kept == 1 else min(max((at - kept / 2) / (1 - kept), 0.0), 1.0))
    return shares[0], shares[1]


class Server(ThreadingHTTPServer):
    fake: FakeCloud
    server_bind = socketserver.TCPServer.server_bind  # HTTPServer's asks the resolver for our name

    def handle_error(self, *arguments: object) -> None:
        """Say nothing of a caller who did not wait for the answer."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*arguments)


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.0, one connection to a call: a kept-alive one could outlive its server."""

    wbufsize = -1  # one write per reply; two cost 40 ms of delayed acknowledgement

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        path = unquote(address.path)
        if call := CALL.fullmatch(path):
            self.answer_call(call["cloud"], call["action"], self.params(address.query, body))
        elif asset := ASSET.fullmatch(path):
            self.answer_delivery(asset)
        else:
            self.reply(404, b"")

    do_POST = do_DELETE = do_GET

    def params(self, query: str, body: bytes) -> Params:
        """What the call was sent, in whichever of the API's three forms; "name[]" as a list called name."""
        if body and self.headers.get_content_type() == "application/json":
            return json.loads(body)
        pairs: list[tuple[str, Any]] = [(name, value) for name, values in parse_qs(query).items() for value in values]
        for part in body.split(f"--{self.headers.get_boundary()}".encode())[1:-1]:
            head, _, value = part[2:-2].partition(b"\r\n\r\n")
            name = re.search(rb'name="([^"]*)"', head)[1].decode()
            pairs.append((name, value if name == "file" else value.decode()))
        lists = {name[:-2]: [value for n, value in pairs if n == name] for name, _ in pairs if name.endswith("[]")}
        return dict(pairs) | lists

    def answer_call(self, cloud: str, action: str, params: Params) -> None:
        fake = self.server.fake
        fault = fake.faults.pop(0) if fake.faults else Fault(0.0)
        late = isinstance(fault.action, float)
        if late and fault.when == "before":
            fake.stopped.wait(fault.action)
        status, answer = 0, {}
        if late or fault.when == "after" or fault.action == "drip":
            status, answer = self.carried_out(cloud, action, params)
        if not late:
            status = {"drop": 0, "garbage": 200, "drip": 200}.get(fault.action, fault.action)
            answer = {"error": {"message": fault.message or f"Fault {status}"}}
        fake.log.append(Call(self.command, action, params, status))
        if late and fault.when == "after":
            fake.stopped.wait(fault.action)
        if fault.action == "drip":
            self.drip()
        elif status:
            body = b"<html>Bad gateway" if fault.action == "garbage" else json.dumps(answer).encode()
            limits = {"Limit": "500", "Remaining": str(500 - len(fake.log)), "Reset": formatdate(usegmt=True)}
            self.reply(status, body, {f"X-FeatureRateLimit-{n}": v for n, v in limits.items()} | fault.headers)

    def drip(self) -> None:
        """Answer a byte at a time until the caller is gone or the server stops."""
        self.reply(200, b"", {"Content-Length": "1000000"})
        while not self.server.fake.stopped.wait(0.05):
            self.wfile.write(b" ")
            self.wfile.flush()

    def carried_out(self, cloud: str, action: str, params: Params) -> tuple[int, Answer]:
        fake = self.server.fake
        try:
            with fake.lock:
                if cloud != fake.cloud:
                    raise Refusal(401, f"cloud_name mismatch: {cloud}")
                if action in {"image/upload", "image/destroy", "image/explicit", "image/rename"}:
                    fake.check_signature(params)
                    return 200, getattr(fake, action.removeprefix("image/"))(params)
                proof = b64encode(f"{fake.key}:{fake.secret}".encode()).decode()
                if self.headers.get("Authorization") != f"Basic {proof}":
                    raise Refusal(401, "Invalid credentials")
                return 200, fake.admin(self.command, action, params)
        except Refusal as refusal:
            return refusal.args[0], {"error": {"message": refusal.args[1]}}

    def answer_delivery(self, asset: re.Match[str]) -> None:
        fake = self.server.fake
        headers = {
            "Access-Control-Allow-Origin": "*",
            "Cache-Control": "public, max-age=2592000",
            "Vary": "Accept",
        }
        try:
            if asset["cloud"] != fake.cloud:
                raise Refusal(404, f"Unknown customer {asset['cloud']}")
            body, kind = fake.delivered(asset["name"], asset["change"] or "", self.headers.get("Accept", ""))
            self.reply(200, body, headers | {"Content-Type": kind})
        except Refusal as refusal:
            self.reply(refusal.args[0], b"", headers | {"X-Cld-Error": refusal.args[1]})

    def reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing: `FakeCloud.log` has the calls."""
