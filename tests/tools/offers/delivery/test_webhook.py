"""A webhook is called once per draft that it took, signed, and again only where it did not answer."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from store.errors import WinbackError
from store.shop import Shop
from tests.tools.offers.planned import ANN, CAMPAIGN, NOW, drafts, planned
from tools.offers.approval import approve
from tools.offers.delivery import DeliveryReport, deliver
from tools.offers.delivery.signature import HEADER, genuine, signed

SECRET = "a secret that nobody guesses"
URL = "https://mail.example/hooks/winback"
LATER = timedelta(minutes=5)


class Receiver:
    """Remembers what it took by key; `answers` says with which status, per request."""

    def __init__(self, answers: Callable[[int], int] = lambda _: 200) -> None:
        self.requests: list[httpx.Request] = []
        self.taken: Counter[str] = Counter()
        self._answers = answers

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        status = self._answers(len(self.requests))
        if status == 200:
            self.taken[request.headers["Idempotency-Key"]] += 1
        if status == 0:
            raise httpx.ReadTimeout("too slow", request=request)
        return httpx.Response(status)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with planned(tmp_path, webhook_secret=SECRET) as opened:
        approve(opened, ANN, NOW + LATER, campaign_id=CAMPAIGN)
        yield opened


def _sent(shop: Shop, receiver: Receiver, url: str = URL, most: int = 5) -> DeliveryReport:
    client = httpx.Client(transport=httpx.MockTransport(receiver))
    chosen = [one.id or 0 for one in drafts(shop, "approved")][:most]
    return deliver(shop, ANN, NOW + LATER, url, draft_ids=chosen, client=client, first_wait_s=0.001)


def test_every_request_is_signed_and_holds_one_message(shop: Shop) -> None:
    receiver = Receiver()
    report = _sent(shop, receiver)
    assert report.sent == len(receiver.requests) == 5
    for request in receiver.requests:
        seconds = int(request.headers[HEADER].split(",")[0].removeprefix("t="))
        assert genuine(SECRET.encode(), request.content, request.headers[HEADER], seconds)
    assert {"to", "body", "draft_id", "key"} <= set(json.loads(receiver.requests[0].content))


@pytest.mark.parametrize("status", [500, 503, 429, 0])
def test_what_fails_for_a_while_is_tried_again_under_the_same_key(shop: Shop, status: int) -> None:
    receiver = Receiver(lambda number: status if number % 3 else 200)
    assert _sent(shop, receiver).sent == 5
    assert set(receiver.taken.values()) == {1}
    assert len({request.headers["Idempotency-Key"] for request in receiver.requests}) == 5


def test_a_server_that_stays_down_loses_nothing(shop: Shop) -> None:
    with pytest.raises(WinbackError, match="takes no messages now \\(status 503\\); 0 were sent"):
        _sent(shop, Receiver(lambda _: 503))
    receiver = Receiver()
    assert _sent(shop, receiver).sent == 5
    assert set(receiver.taken.values()) == {1}


def test_what_a_server_refuses_is_told_and_can_be_tried_again(shop: Shop) -> None:
    report = _sent(shop, Receiver(lambda number: 422 if number == 1 else 200))
    assert (report.sent, report.failed) == (4, Counter({"status 422": 1}))
    assert _sent(shop, Receiver(), most=1).sent == 1


def test_a_redirect_is_not_followed(shop: Shop) -> None:
    assert _sent(shop, Receiver(lambda _: 302), most=1).failed == Counter({"status 302": 1})


@pytest.mark.parametrize("url", ["http://mail.example/x", "ftp://mail.example", "https://u:p@mail.example/x", "mail"])
def test_only_https_or_this_machine(shop: Shop, url: str) -> None:
    with pytest.raises(WinbackError, match=r"give an https URL|must not hold a password"):
        _sent(shop, Receiver(), url)


def test_without_a_secret_nothing_is_sent(tmp_path: Path) -> None:
    with planned(tmp_path) as shop, pytest.raises(WinbackError, match="set WINBACK_WEBHOOK_SECRET"):
        deliver(shop, ANN, NOW, URL)


def test_customers_asleep_are_sent_to_later(shop: Shop) -> None:
    chosen = [one.id or 0 for one in drafts(shop, "approved")][:3]
    client = httpx.Client(transport=httpx.MockTransport(Receiver()))
    report = deliver(shop, ANN, NOW.replace(hour=23), URL, draft_ids=chosen, client=client)
    assert (report.sent, sum(report.deferred.values())) == (0, 3)


def test_a_signature_holds_for_its_body_its_secret_and_five_minutes() -> None:
    header = signed(b"secret", b"body", 1000)
    assert genuine(b"secret", b"body", header, 1200)
    assert not genuine(b"secret", b"body!", header, 1200)
    assert not genuine(b"other", b"body", header, 1200)
    assert not genuine(b"secret", b"body", header, 1301)
    for odd in ("", "t=,v1=", "t=1000", "v1=1", "t=１０００,v1=x", "t=1000,v1=é"):
        assert not genuine(b"secret", b"body", odd, 1000)
