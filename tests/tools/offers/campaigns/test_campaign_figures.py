"""The figures of campaigns for lists and pages agree with the plan and the ledger."""

from decimal import Decimal
from pathlib import Path

import pytest

from store.errors import WinbackError
from tests.tools.offers.planned import CAMPAIGN, drafts, planned
from tools.offers.campaigns import campaigns, left_out, offers, one_campaign, size


def test_each_step_leaves_whom_the_next_one_starts_with(tmp_path: Path) -> None:
    with planned(tmp_path) as shop:
        one, found = one_campaign(shop.ledger, CAMPAIGN), left_out(shop.ledger, CAMPAIGN)
        numbers = [number for _step, number in found.steps]
        assert numbers == sorted(numbers, reverse=True)
        assert numbers[0] == one.considered
        assert numbers[-2] == one.considered - one.arms["ruled_out"]
        assert numbers[-1] == one.arms["treated"] == len(drafts(shop))
        assert sum(number for _key, number in found.reasons) == one.arms["ruled_out"]


def test_offers_add_up_to_what_is_set_aside(tmp_path: Path) -> None:
    with planned(tmp_path) as shop:
        (listed,), total = campaigns(shop.ledger)
        parts = offers(shop.ledger, CAMPAIGN)
        assert total == 1
        assert sum(part.customers for part in parts) == listed.arms["treated"]
        assert sum(part.reserved for part in parts) == Decimal(listed.reserved_cents) / 100
        assert sum(part.held for part in parts) == Decimal(listed.reserved_cents) / 100
        assert sum((part.drafts for part in parts), start=type(listed.drafts)()) == listed.drafts


def test_size_counts_the_arms_and_says_nothing_where_too_few_bought(tmp_path: Path) -> None:
    with planned(tmp_path) as shop:
        one = one_campaign(shop.ledger, CAMPAIGN)
        with shop.warehouse.pinned():
            found = size(shop, one.campaign)
        assert found.held == one.arms["holdout"]
        assert found.offered == one.arms["treated"] + one.arms["control"]
        assert found.smallest is None or found.smallest > 0


def test_an_unknown_campaign_is_said_so(tmp_path: Path) -> None:
    with planned(tmp_path) as shop, pytest.raises(WinbackError, match="no campaign 99"):
        one_campaign(shop.ledger, 99)
