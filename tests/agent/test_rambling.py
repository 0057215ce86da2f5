import pytest

from agent.grounding.rambling import garbled, rambles


@pytest.mark.parametrize(
    "text",
    [
        "Hot water bottle red, hot water bottle red, hot water bottle red and more.",
        "客户、评价、客户，客户评价客户评价客户评价客户评价客户评价",
    ],
)
def test_circles_are_seen(text: str) -> None:
    assert rambles(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Revenue by country: highest is United Kingdom with £9,003,097.96, then Netherlands with £285,446.34.",
        "1. United Kingdom: £1.00\n2. United Kingdom: £1.00\n3. United Kingdom: £1.00",
        "上个月的营业额为 £12,345.67，其次是 Germany（£1.00） 和 France（£2.00）。",
    ],
)
def test_plain_answers_are_not(text: str) -> None:
    assert not rambles(text)


def test_a_garbled_name_is_seen() -> None:
    tool = "Refund rate by category, all time, highest first, 2 rows:\n1. shoes: 5.8%\n2. fashion: 5.0%"
    assert garbled("Refund rate by category: highest is shoes with 5.8%, then flistion with 5.0%.", [tool]) == {
        "flistion"
    }
    assert garbled("退款率按品类看，最高的是 shoes，为 5.8%，其次是 fashion（5.0%）。", [tool]) == set()
