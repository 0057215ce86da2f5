"""Adds an argument to a hand-written form: the same request with a time, a place, a channel… said at its end or start."""

import random
from dataclasses import replace

from training.forms import Turn

# tool -> (argument, English endings, Chinese wordings; ^ marks one that stands in front)
TIME = (
    "period",
    [" {period}", " {period}", ", {period}", " - {period}"],
    ["^{period}", "^{period}", "，{period}", "^{period}的"],
)
PLACE = (
    "filters.country",
    [" in {country}", " in {country}", ", {country} only", " - just {country}", " for {country}", " ({country})"],
    ["^{country}", "，只看{country}", "，{country}的", "^在{country}，"],
)
ADDITIONS: dict[str, list[tuple[str, list[str], list[str]]]] = {
    "query_metric": [
        TIME,
        PLACE,
        ("group_by", [" by {group}", ", by {group}", " per {group}", ", split by {group}"], ["，按{group}", "，分{group}看", "，每个{group}"]),
        ("filters.category", [" for {category}", " in {category}", ", {category} only"], ["^{category}", "，只看{category}"]),
        ("filters.product", [" for {product}", " of {product}"], ["^{product}", "，只看{product}"]),
        ("filters.segment", [" for {segment}", " among {segment}"], ["，只看{segment}"]),
        ("filters.channel", [" on {ochannel}", " via {ochannel}", " through {ochannel}"], ["，{ochannel}渠道", "^{ochannel}上"]),
        ("limit", [", top {n}", ", {n} of them"], ["，前{n}名", "，要{n}个"]),
    ],
    "churn_risk": [
        PLACE,
        ("segment", [" among {segment}", " - {segment} only"], ["，只看{segment}"]),
        ("limit", [", {n} of them", ", top {n}", " (max {n})"], ["，要{n}个", "，前{n}名"]),
        ("sort", [", by risk", ", riskiest first"], ["，按风险排"]),
    ],
    "review_sentiment": [TIME, PLACE, ("product", [" for {product}", " about {product}"], ["^{product}", "，说的是{product}"])],
    "search_reviews": [TIME, PLACE, ("product", [" for {product}", ", product {product}"], ["，商品是{product}"]), ("limit", [", {n} of them"], ["，{n}条"])],
    "sentiment_alerts": [TIME, ("product", [" for {product}", " on {product}"], ["^{product}", "，{product}"]), ("aspect", [" about {aspect}", " on {aspect}"], ["，{aspect}方面"])],
    "recommend_products": [("limit", [", {n} of them", ", {n} items", ", max {n}", " - {n} will do"], ["，{n}个就行", "，{n}款"])],
    "draft_offer": [
        ("channel", [" by {channel}", " via {channel}", ", {channel}"], ["，用{channel}", "，{channel}发"]),
        ("language", [" in {lang}", ", {lang} please", " ({lang})"], ["，用{lang}", "，{lang}写"]),
        ("tone", [", {tone} tone", ", keep it {tone}", ", make it {tone}"], ["，语气要{tone}", "，{tone}一点"]),
        ("offer", [" with {offer}", ", offer {offer}", ", give {offer}"], ["，给{offer}", "，附上{offer}"]),
    ],
    "plan_campaign": [
        ("budget", [", budget {money}", " with {money}", ", {money} max", " for {money}"], ["，预算{money}", "，{money}以内"]),
        ("channel", [" by {channel}", " via {channel}", ", {channel}"], ["，用{channel}", "，走{channel}"]),
        ("language", [" in {lang}", ", in {lang}"], ["，用{lang}", "，{lang}文案"]),
        ("tone", [", {tone} tone", ", keep it {tone}"], ["，语气{tone}", "，要{tone}"]),
        ("limit", [", {n} people at most", ", no more than {n} customers"], ["，最多{n}人"]),
        ("name", [", call it {campaign}", ', named "{campaign}"'], ["，名字叫{campaign}"]),
        PLACE,
    ],
    "pending_drafts": [
        ("channel", [" for {channel}", ", {channel} only"], ["，{channel}的"]),
        ("campaign", [" for {campaign}", " in {campaign}"], ["，{campaign}的"]),
        ("limit", [", {n} of them"], ["，前{n}个"]),
    ],
}  # fmt: skip
ONE_CUSTOMER = {"customer_id", "order_id", "contact"}


def extended(turn: Turn, language: str, rng: random.Random) -> Turn:
    """The turn with one more argument, or as it is when it has none to add."""
    options = [
        addition
        for addition in ADDITIONS.get(turn.tool or "", [])
        if addition[0] not in turn.arguments and fits(addition[0], turn)
    ]
    if not options:
        return turn
    argument, english, chinese = rng.choice(options)
    wording = rng.choice(chinese if language == "zh" else english)
    slot = wording[wording.index("{") : wording.index("}") + 1] if "{" in wording else "risk"
    mark = turn.request[-1:] if turn.request[-1:] in "?？" and rng.random() < 0.5 else ""
    body = turn.request.rstrip(".?!。？！ ")
    request = wording[1:] + body + mark if wording.startswith("^") else body + wording + mark
    return replace(turn, request=request, arguments={**turn.arguments, argument: slot})


def fits(argument: str, turn: Turn) -> bool:
    """No second product, segment or place, and no list options for one customer."""
    if "{" + argument.removeprefix("filters.") + "}" in turn.request:
        return False
    if turn.tool == "churn_risk" and "customer_id" in turn.arguments:
        return False
    if argument == "limit" and turn.tool == "query_metric" and "group_by" not in turn.arguments:
        return False
    if argument.startswith("filters.") and any(key.startswith("filters.") for key in turn.arguments):
        return False
    if argument == "product" and "customer_id" in turn.arguments:
        return False
    if argument == "group_by":
        return not turn.request.lower().startswith(("which", "who", "where", "when", "哪", "谁"))
    return argument != "segment" or "segment" not in turn.request
