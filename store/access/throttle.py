"""How long somebody waits after failed attempts to sign in. It is kept in the ledger, so no restart resets it.

Three things are counted: a name from an address, an address, and a name from anywhere. The last holds up only addresses
that have failed with this name before, so whoever attacks a name cannot keep its owner out elsewhere.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlmodel import Session, col, delete

from store.ledger import SignInFailures

_FIRST_WAIT_S = 5
_FORGOTTEN = timedelta(hours=24)


@dataclass(frozen=True)
class _Limit:
    """Attempts `free` of waiting; from then on the wait doubles up to `longest_s`."""

    free: int
    longest_s: int

    def wait(self, found: SignInFailures | None, now: datetime) -> float:
        """Seconds from `now`."""
        if found is None or found.count < self.free:
            return 0
        held = min(self.longest_s, _FIRST_WAIT_S * 2 ** min(found.count - self.free, 20))
        return held - (now - found.last_at).total_seconds()


_PAIR, _ADDRESS, _NAME = _Limit(5, 900), _Limit(20, 900), _Limit(20, 60)


def wait_s(rows: Session, name: str, address: str, now: datetime) -> int:
    """Whole seconds before the next attempt; 0 where it may be made now."""
    found = {key: rows.get(SignInFailures, key) for key in _keys(name, address)}
    pair, where, who = found.values()
    waits = [_PAIR.wait(pair, now), _ADDRESS.wait(where, now), _NAME.wait(who, now) if pair else 0]
    return max(0, ceil(max(waits)))


def count(rows: Session, name: str, address: str, now: datetime) -> None:
    """One more failure."""
    rows.exec(delete(SignInFailures).where(col(SignInFailures.last_at) < now - _FORGOTTEN))
    for key in _keys(name, address):
        found = rows.get(SignInFailures, key) or SignInFailures(key=key, count=0, last_at=now)
        found.count, found.last_at = found.count + 1, now
        rows.add(found)


def forget(rows: Session, name: str, address: str) -> None:
    """After a success: the name has not failed, and the address only with other names."""
    pair, where, _ = (rows.get(SignInFailures, key) for key in _keys(name, address))
    if pair is not None and where is not None:
        where.count -= min(pair.count, where.count)
        rows.delete(pair)
    forget_name(rows, name)


def forget_name(rows: Session, name: str) -> None:
    """The name has not failed anywhere."""
    found = rows.get(SignInFailures, _key("name", name.casefold()))
    if found is not None:
        rows.delete(found)


def _keys(name: str, address: str) -> tuple[str, str, str]:
    name, address = name.casefold(), _network(address)
    return _key("pair", name, address), _key("address", address), _key("name", name)


def _key(*parts: str) -> str:
    """A digest: people type passwords where the name belongs, and those are not to be kept."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _network(address: str) -> str:
    """Whoever has one IPv6 address has 2^64 of them."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address) or found.ipv4_mapped:
        return str(getattr(found, "ipv4_mapped", None) or found)
    return str(ipaddress.ip_network((found, 64), strict=False))
