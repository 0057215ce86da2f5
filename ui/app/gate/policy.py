"""What may pass the gate: addresses, hosts, origins, sizes; and the headers of every answer."""

import re
from urllib.parse import urlsplit

from tools.context import Role

OPEN = re.compile(r"/(login|logout|assets/.*|favicon\.ico)?")
# Of Gradio's endpoints, those that its pages use; the rest is not there.
_GRADIO = re.compile(
    r"/(en|zh)/(assets/.+|static/.+|theme\.css|config/?"
    r"|gradio_api/(queue/join|queue/data|heartbeat/[\w-]+|startup-events|theme\.css|cancel|reset))"
)
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_UPLOADERS: tuple[Role, ...] = ("marketer", "approver", "admin")
LARGEST_BODY = 1_000_000
LARGEST_UPLOAD = 20_000_000


def largest(kind: str, role: Role | None) -> int:
    """How many bytes a request of this content type may carry, by the role; None is whoever is not signed in."""
    return LARGEST_UPLOAD if kind.startswith("multipart/") and role in _UPLOADERS else LARGEST_BODY


def is_gradios(path: str) -> bool:
    return re.match(r"/(en|zh)(/|$)", path) is not None


def is_used(path: str) -> bool:
    """Whether an address is one of Gradio's that its pages need."""
    return _GRADIO.fullmatch(path) is not None


def is_config(path: str) -> bool:
    """Whether it is where Gradio describes the components of its pages."""
    return re.fullmatch(r"/(en|zh)/config/?", path) is not None


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine; names that merely resolve to it do not count (DNS rebinding)."""
    return _name(host) in _LOOPBACK


def same_origin(method: str, headers: dict[str, str]) -> bool:
    """Whether a request comes from a page of ours; a link elsewhere may lead to a page, but not send or read data."""
    site = headers.get("sec-fetch-site", "same-origin")
    if method in ("GET", "HEAD", "OPTIONS"):
        return site in ("same-origin", "none") or headers.get("sec-fetch-mode") == "navigate"
    if site != "same-origin":
        return False
    origin = headers.get("origin")
    if origin is None:
        # Browsers send one of the two; what sends neither is no browser and carries no one's cookies.
        return True
    return urlsplit(origin).netloc == headers.get("host", "")


def security_headers(nonce: str, path: str, secure: bool) -> list[tuple[bytes, bytes]]:
    """Gradio's client compiles event handlers, hence 'unsafe-eval'; nothing inline runs without the nonce."""
    csp = "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )
    kept = "/assets/" in path or "/static/" in path or path.endswith("theme.css")
    found = {
        "content-security-policy": csp,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "private, max-age=3600" if kept else "no-store",
    }
    if secure:
        found["strict-transport-security"] = "max-age=31536000"
    return [(name.encode(), value.encode()) for name, value in found.items()]


def _name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""
