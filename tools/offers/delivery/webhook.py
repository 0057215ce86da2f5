"""Delivery to a webhook, one signed request a draft.

The same `Idempotency-Key` goes with every attempt for a draft, so a receiver that keeps it gets each contact once, also
where we died between its answer and our note of it. What was begun is checked once more before it is tried again: what
may not be sent any more is withdrawn, though an earlier attempt may have reached the server.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from store.errors import WinbackError
from store.shop import Shop
from tools.context import Actor
from tools.offers.approval import require_decider
from tools.offers.delivery.checked import Checker
from tools.offers.delivery.filled import Filled, filled
from tools.offers.delivery.outbox import (
    alone,
    approved,
    claim,
    mark_failed,
    mark_sent,
    nothing_to_send,
    reclaim,
    unfinished,
)
from tools.offers.delivery.report import DeliveryReport
from tools.offers.delivery.signature import HEADER, secret_of, signed
from tools.offers.funnel.sweep import sweep
from tools.offers.rights import audited

_ATTEMPTS = 5
_TIMEOUT_S = 10.0
_AGAIN = (408, 425, 429)


class _Later(Exception):
    """The server may take it if asked again."""


class _Refused(Exception):
    """The server will not take it."""


def deliver(
    shop: Shop,
    actor: Actor,
    now: datetime,
    url: str,
    *,
    campaign_id: int | None = None,
    draft_ids: Sequence[int] | None = None,
    client: httpx.Client | None = None,
    first_wait_s: float = 0.5,
) -> DeliveryReport:
    """Posts approved drafts to `url`, each signed with the shop's secret; what a server refused can be tried again.

    Server errors and time-outs are tried five times, waiting longer each time; then the rest waits for the next call.
    Raises WinbackError where the person may not, where nothing is approved, without a secret, and for a URL that is
    neither https nor this machine.
    """
    require_decider(actor, "deliver")
    secret, target = secret_of(shop.settings.webhook_secret), _checked(url)
    sweep(shop.ledger, now)
    report = DeliveryReport(target)
    with alone(shop.home):
        begun = unfinished(shop.ledger, target)
        ready = approved(shop.ledger, campaign_id=campaign_id, draft_ids=draft_ids)
        if not ready and not begun:
            raise nothing_to_send(shop.ledger)
        with client or httpx.Client(timeout=_TIMEOUT_S, follow_redirects=False, trust_env=False) as http:
            sender = _Sender(http, target, secret, first_wait_s)
            checker = Checker(shop, now, waits=False)
            for number in begun:
                if reclaim(shop.ledger, checker, report, [number], now):
                    _one(shop, sender, report, number, now)
            for number in ready:
                if claim(shop.ledger, checker, report, "webhook", [number], now):
                    _one(shop, sender, report, number, now)
    with shop.ledger.session() as session:
        audited(shop, session, actor, now, "campaign.deliver", {"target": target}, report.sent)
    return report


def _one(shop: Shop, sender: "_Sender", report: DeliveryReport, number: int, now: datetime) -> None:
    try:
        sender.send(next(filled(shop.ledger, [number])))
    except _Refused as problem:
        mark_failed(shop.ledger, number, str(problem))
        report.failed[str(problem)] += 1
    except RetryError as problem:
        reason = str(problem.last_attempt.exception())
        raise WinbackError(
            f"{report.target} takes no messages now ({reason}); {report.sent} were sent, the same command goes on."
        ) from problem
    else:
        report.sent += mark_sent(shop.ledger, [number], now)


class _Sender:
    def __init__(self, client: httpx.Client, url: str, secret: bytes, first_wait_s: float) -> None:
        self._client, self._url, self._secret, self._wait_s = client, url, secret, first_wait_s

    def send(self, one: Filled) -> None:
        body = json.dumps(asdict(one), default=str, ensure_ascii=False).encode()
        tries = Retrying(
            retry=retry_if_exception_type(_Later),
            stop=stop_after_attempt(_ATTEMPTS),
            wait=wait_exponential_jitter(multiplier=self._wait_s, jitter=self._wait_s, max=60 * self._wait_s),
        )
        tries(self._post, one.key, body)

    def _post(self, key: str, body: bytes) -> None:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            HEADER: signed(self._secret, body),
        }
        try:
            answer = self._client.post(self._url, content=body, headers=headers)
        except httpx.TransportError as problem:
            raise _Later(type(problem).__name__) from problem
        if answer.status_code in _AGAIN or answer.status_code >= 500:
            raise _Later(f"status {answer.status_code}")
        if not answer.is_success:
            raise _Refused(f"status {answer.status_code}")


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        httpx.URL(url)
    except (ValueError, httpx.InvalidURL) as problem:
        raise WinbackError(f"{url[:200]} is no URL; give an https URL.") from problem
    if parts.username or parts.password:
        raise WinbackError("The webhook's URL must not hold a password; requests are signed instead.")
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and parts.hostname and _is_here(parts.hostname):
        return url
    raise WinbackError(f"{url} is not a webhook that messages can go to; give an https URL.")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
