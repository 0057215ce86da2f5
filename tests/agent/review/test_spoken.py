"""Which messages are a decision and nothing else."""

import pytest

from agent.review import Proposal, Spoken, meant, spoken
from store.errors import WinbackError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("approve it", Spoken("approve")),
        ("Yes, approve it please!", Spoken("approve")),
        ("looks good, approve draft 12", Spoken("approve", 12)),
        ("approve d0012", Spoken("approve", 12)),
        ("approve them all", Spoken("approve", several=True)),
        ("reject draft 12 because it is too long", Spoken("reject", 12, reason="it is too long")),
        ("reject it: too pushy", Spoken("reject", reason="too pushy")),
        ("好的，批准这份草稿。", Spoken("approve")),
        ("否决草稿12，太长了", Spoken("reject", 12, reason="太长了")),
        ("approve it: but shorter", None),
        ("approve the budget for c000042?", None),
        ("what waits for approval?", None),
        ("should we approve it", None),
        ("do not approve it", None),
        ("通过率是多少", None),
        ("拒绝退款的客户有多少", None),
        ("不批准", None),
    ],
)
def test_only_a_whole_message_decides(text: str, said: Spoken | None) -> None:
    assert spoken(text) == said


def test_it_must_be_clear_which_one_is_meant() -> None:
    found = [Proposal("draft_offer", "draft_id", 7, ""), Proposal("plan_campaign", "campaign_id", 3, "")]
    assert meant(Spoken("approve", 3), found) == found[1:]
    assert meant(Spoken("approve", several=True), found) == found
    assert meant(Spoken("approve"), found[:1]) == found[:1]
    with pytest.raises(WinbackError, match="draft 7, campaign 3; say which one"):
        meant(Spoken("approve"), found)
