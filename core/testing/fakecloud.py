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

type Answer = dict[str, Any]
type Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one API call, before or after it is carried out.

    The connection drops, the answer is no JSON, is another status (int) or late by so many seconds (float).
    """

    action: Literal["drop", "garbage"] | int | float
    when: Literal["before", "after"] = "before"
    headers: dict[str, str] = field(default_factory=dict)


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
    max_bytes = 10 * 1024 * 1024  # the free plan's limit, see usage()["media_limits"]

    def __init__(self, port: int = 0) -> None:
        self.lock, self.stopped = RLock(), Event()
        self.reset()
        self.http = Server(("127.0.0.1", port), Handler)
        self.http.fake = self
        self.delivery_base = f"http://127.0.0.1:{self.http.server_address[1]}"
        self.cloudinary_url = f"cloudinary://{self.key}:{self.secret}@{self.cloud}?upload_prefix={self.delivery_base}"

    def reset(self) -> None:
        self.assets: dict[str, dict[str, Any]] = {}
        self.faults: list[Fault] = []
        self.log: list[Call] = []
        self.version = 0

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
            limits = {"image_max_size_bytes": self.max_bytes, "image_max_px": 25_000_000}
            return {"plan": "Free", "media_limits": limits}
        wanted = params.get("public_ids") or [n for n in self.assets if n.startswith(params.get("prefix") or "")]
        names = sorted(name for name in wanted if name in self.assets and name > params.get("next_cursor", ""))
        if method == "DELETE":
            return {"deleted": {name: "deleted" for name in names if self.assets.pop(name)}}
        size = min(int(params.get("max_results") or 10), 500)
        more = {"next_cursor": names[size - 1]} if len(names) > size else {}
        return {"resources": [self.told(name) for name in names[:size]]} | more

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
        wish = dict(part.split("_", 1) for part in change.split(",") if part)
        if wish.get("f") == "auto" and "image/webp" in accept:
            kind = "webp"
        if not (wish.get("w", "1") + wish.get("h", "1")).isdecimal():
            raise Refusal(400, f"Invalid transformation {change}")
        size = int(wish.get("w", asset["width"])), int(wish.get("h", asset["height"]))
        picture, output = Image.open(BytesIO(asset["data"])), BytesIO()
        if wish.get("c") == "fill":
            picture = ImageOps.fit(picture, size)
        else:
            picture.thumbnail(size)  # c_limit: never larger than it is
        picture.convert("RGB" if kind == "jpg" else "RGBA").save(output, "jpeg" if kind == "jpg" else kind)
        return output.getvalue(), TYPES[kind]


class Server(ThreadingHTTPServer):
    fake: FakeCloud
    server_bind = socketserver.TCPServer.server_bind  # HTTPServer's asks the resolver for our name


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
        if late or fault.when == "after":
            status, answer = self.carried_out(cloud, action, params)
        if not late:
            status = {"drop": 0, "garbage": 200}.get(fault.action, fault.action)
            answer = {"error": {"message": f"Fault {status}"}}
        fake.log.append(Call(self.command, action, params, status))
        if late and fault.when == "after":
            fake.stopped.wait(fault.action)
        if status:
            body = b"<html>Bad gateway" if fault.action == "garbage" else json.dumps(answer).encode()
            limits = {"Limit": "500", "Remaining": str(500 - len(fake.log)), "Reset": formatdate(usegmt=True)}
            self.reply(status, body, {f"X-FeatureRateLimit-{n}": v for n, v in limits.items()} | fault.headers)

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
