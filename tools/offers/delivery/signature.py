"""Who sent a request: HMAC-SHA256 over the moment and the body, as payment services sign their webhooks."""

import hashlib
import hmac
import time

from pydantic import SecretStr

from store.errors import WinbackError

HEADER = "X-Winback-Signature"
TOLERANCE_S = 300


def secret_of(setting: SecretStr | None) -> bytes:
    """Raises WinbackError where the shop has none, or one that could be guessed."""
    value = setting.get_secret_value() if setting else ""
    if len(value) < 16:
        raise WinbackError("A webhook needs a secret of 16 characters or more; set WINBACK_WEBHOOK_SECRET.")
    return value.encode()


def signed(secret: bytes, body: bytes, seconds: int | None = None) -> str:
    """The header's value: `t=SECONDS,v1=HEX`; `seconds` since 1970, now unless given."""
    at = int(time.time()) if seconds is None else seconds
    return f"t={at},v1={hmac.new(secret, f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"


def genuine(secret: bytes, body: bytes, header: str, seconds: int) -> bool:
    """Whether a request was signed with this secret, not long before or after `seconds`; compared in constant time."""
    parts = dict(part.strip().split("=", 1) for part in header.split(",") if "=" in part)
    at = parts.get("t", "")
    if not (at.isascii() and at.isdigit() and len(at) < 15) or abs(int(at) - seconds) > TOLERANCE_S:
        return False
    return hmac.compare_digest(signed(secret, body, int(at)).encode(), header.replace(" ", "").encode())
