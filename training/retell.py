"""Invented tool answers in the tools' own layout, and how a person would retell them in English or Chinese."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from training.nonce import nonce
from training.slots import customer, draft, lexicon, order

LABELS = {
    "revenue": ("Revenue", "营业额", "money"),
    "gmv": ("GMV", "成交总额", "money"),
    "orders": ("Orders", "订单数", "count"),
    "units": ("Units", "销量", "count"),
    "customers": ("Customers", "购买客户数", "count"),
    "new_customers": ("New customers", "新客户数", "count"),
    "visitors": ("Visitors", "访客数", "count"),
    "repeat_rate": ("Repeat rate", "复购率", "share"),
    "average_order_value": ("Average order value", "客单价", "money"),
    "items_per_order": ("Items per order", "每单件数", "number"),
    "gross_margin": ("Gross margin", "毛利率", "share"),
    "refund_rate": ("Refund rate", "退款率", "share"),
    "refund_amount": ("Refund amount", "退款金额", "money"),
    "views": ("Views", "浏览量", "count"),
    "cart_adds": ("Cart adds", "加购数", "count"),
    "cart_abandonment_rate": ("Cart abandonment rate", "弃购率", "share"),
    "conversion_rate": ("Conversion rate", "转化率", "share"),
    "reviews": ("Reviews", "评论数", "count"),
    "average_rating": ("Average rating", "平均评分", "number"),
    "negative_share": ("Share of negative reviews", "差评率", "share"),
    "complaints": ("Complaints", "投诉数", "count"),
}
DIMENSIONS = {
    "hour": "小时",
    "weekday": "星期",
    "day": "天",
    "week": "周",
    "month": "月",
    "quarter": "季度",
    "country": "国家",
    "language": "语言",
    "category": "品类",
    "product": "商品",
    "segment": "客群",
    "channel": "渠道",
    "customer": "客户",
}
COUNTRIES = "United Kingdom|Netherlands|EIRE|Germany|France|Australia|Spain|Switzerland|Belgium|Norway|Japan|Portugal|Sweden".split(
    "|"
)


@dataclass
class Reply:
    """`text` as the tool would say it, `answer` as the assistant retells it, `rows` for later references."""

    text: str
    answer: str
    rows: list[dict[str, str]] = field(default_factory=list)


def reply(tool: str, arguments: dict[str, object], language: str, rng: random.Random) -> Reply:
    if rng.random() < 0.04:
        return failure(language, rng)
    makers = {"query_metric": metric, "customer_profile": profile, "run_sql": rows_of_sql}
    return makers.get(tool, listing)(tool, arguments, language, rng)


def note(arguments: dict[str, object], rng: random.Random) -> str:
    """The line with which a tool says what a period was taken to mean."""
    if "period" not in arguments or rng.random() < 0.3:
        return ""
    start, end = span(rng)
    return f'\n"{arguments["period"]}" was taken to mean {start} to {end}.'


def amount(kind: str, rng: random.Random) -> str:
    if kind == "money":
        return f"{rng.choice('£££€$¥')}{rng.choice([rng.uniform(1, 90), rng.uniform(100, 9e3), rng.uniform(1e4, 9e6)]):,.2f}"
    if kind == "count":
        return f"{int(rng.choice([rng.uniform(1, 90), rng.uniform(100, 9e3), rng.uniform(1e4, 9e5)])):,}"
    return f"{rng.uniform(0.1, 99):.1f}%" if kind == "share" else f"{rng.uniform(1, 40):.2f}"


def span(rng: random.Random) -> tuple[str, str]:
    start = date(rng.choice([2010, 2011, 2025, 2026]), rng.randint(1, 12), rng.choice([1, 1, 1, rng.randint(2, 28)]))
    return str(start), str(start + timedelta(days=rng.choice([0, 6, 29, 30, 89, 364])))


def member(dimension: str, language: str, rng: random.Random) -> str:
    if dimension == "country":
        return rng.choice(COUNTRIES)
    if dimension == "customer":
        return customer(rng, language).lstrip("#")
    if dimension == "month":
        return f"{rng.choice([2010, 2011, 2025, 2026])}-{rng.randint(1, 12):02d}"
    if dimension in ("day", "week"):
        return span(rng)[0]
    if dimension in ("product", "category"):
        return rng.choice(lexicon("en")[dimension]) if rng.random() < 0.6 else nonce(dimension, "en", rng)
    choices = {
        "hour": [f"{h:02d}:00" for h in range(24)],
        "weekday": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
        "quarter": ["2011-Q1", "2011-Q2", "2011-Q3", "2026-Q1", "2026-Q2"],
        "language": ["en", "de", "fr", "zh", "es"],
        "segment": ["champions", "loyal", "new", "at_risk", "lapsed", "high_value", "unhappy"],
        "channel": ["web", "app", "store", "marketplace"],
    }
    return rng.choice(choices.get(dimension, COUNTRIES))


def metric(_: str, arguments: dict[str, object], language: str, rng: random.Random) -> Reply:
    label, chinese, kind = LABELS[str(arguments.get("metric", "revenue"))]
    zh = language == "zh"
    start, end = span(rng)
    timed = "period" in arguments
    when = f"{start} to {end}" if timed else "all time"
    filters = arguments.get("filters") or {}
    chosen = [(key, member(key, language, rng)) for key in filters]
    where = "".join(f", {key} {value}" for key, value in chosen)
    for_whom = (" for " + " and ".join(v for _, v in chosen)) if chosen else ""
    whose = ("、".join(v for _, v in chosen) + " 的") if chosen else ""
    said_when = (f"{start} 至 {end}，" if timed else "") if zh else (f" from {start} to {end}" if timed else "")
    groups = arguments.get("group_by")
    if not groups:
        value = amount(kind, rng)
        answer = f"{said_when}{whose}{chinese}为 {value}。" if zh else f"{label}{for_whom}{said_when} was {value}."
        return Reply(f"{label}, {when}{where}: {value}." + note(arguments, rng), answer)
    names = groups if isinstance(groups, list) else [groups]
    total = rng.randint(1, 7)
    rows = [{name: member(name, language, rng) for name in names} | {"value": amount(kind, rng)} for _ in range(total)]
    for row in rows:
        row |= {"customer_id": row["customer"]} if "customer" in row else {}
    ascending = arguments.get("order") == "asc"
    shown = f"{total} rows" if rng.random() < 0.5 else f"{total} of {total + rng.randint(1, 60)} rows"
    head = f"{label} by {' and '.join(names)}, {when}{where}, {'lowest' if ascending else 'highest'} first, {shown}:"
    lines = [f"{i}. {', '.join(row[n] for n in names)}: {row['value']}" for i, row in enumerate(rows, 1)]
    top = [(", ".join(row[n] for n in names), row["value"]) for row in rows[:3]]
    if zh:
        rest = "，其次是 " + " 和 ".join(f"{n}（{v}）" for n, v in top[1:]) if len(top) > 1 else ""
        by = "和".join(DIMENSIONS[n] for n in names)
        answer = f"{said_when}{whose}{chinese}按{by}看，{'最低' if ascending else '最高'}的是 {top[0][0]}，为 {top[0][1]}{rest}。"
    else:
        rest = ", then " + " and ".join(f"{n} with {v}" for n, v in top[1:]) if len(top) > 1 else ""
        lead = f"{label}{for_whom} by {' and '.join(names)}{said_when}"
        answer = f"{lead}: {'lowest' if ascending else 'highest'} is {top[0][0]} with {top[0][1]}{rest}."
    return Reply("\n".join([head, *lines]) + note(arguments, rng), answer, rows)


def profile(_: str, arguments: dict[str, object], language: str, rng: random.Random) -> Reply:
    """A customer's page: three lines that are retold, and others that are not."""
    who = str(arguments.get("customer_id", customer(rng, language))).lstrip("#")
    country, since, last = rng.choice(COUNTRIES), span(rng)[0], span(rng)[0]
    orders, spend, average = amount("count", rng), amount("money", rng), amount("money", rng)
    ago = str(rng.randint(0, 400))
    gap = str(rng.randint(1, 90)) if rng.random() < 0.8 else ""
    usually = f"; usually every {gap} day{'s' * (gap != '1')}" if gap else ""
    text = "\n".join([
        f"Customer {who}, {country}, customer since {since}.",
        f"{orders} completed orders worth {spend}; average {average}.",
        f"Last order {last}, {ago} days ago{usually}.",
        *page_rest(rng),
    ])  # fmt: skip
    if language == "zh":
        often = f"，通常每 {gap} 天一次" if gap else ""
        answer = (
            f"客户 {who}（{country}），{since} 起。已完成订单 {orders} 笔，合计 {spend}，平均 {average}。"
            f"上次下单 {last}，距今 {ago} 天{often}。"
        )
    else:
        answer = (
            f"Customer {who} is in {country} and has been with us since {since}: {orders} completed orders worth {spend}, "
            f"{average} on average. The last order was on {last}, {ago} days ago{usually}."
        )
    return Reply(text, answer, [{"customer_id": who, "country": country}])


def page_rest(rng: random.Random) -> list[str]:
    """The further lines of a customer's page, some of them."""
    goods = [f"{member('product', 'en', rng)} ({rng.randint(1, 700)} pieces)" for _ in range(3)]
    lines = [
        f"Buys most: {', '.join(goods)}.",
        rng.choice(["No refunds or cancellations.", f"{rng.randint(1, 20)} cancelled orders."]),
        f"In the last 30 days: {rng.randint(1, 9)} sessions, {rng.randint(1, 60)} product views, 1 cart add.",
        f"{rng.randint(1, 9)} reviews, average rating {rng.uniform(1, 5):.2f}, {rng.randint(1, 5)} negative.",
        rng.choice(["No consent to messages is recorded.", "May be contacted by email; not by call, push or sms."]),
        f"Segments: {' and '.join(rng.sample(['loyal', 'lapsed', 'champions', 'high_value', 'new', 'at_risk'], 2))}.",
    ]
    return [line for line in lines if rng.random() < 0.7]


def rows_of_sql(_: str, arguments: dict[str, object], language: str, rng: random.Random) -> Reply:
    """A count, the columns' names, and rows; the count and the first rows are retold."""
    columns = rng.choice([["customer_id"], ["customer_id", "orders"], ["customer_id", "spend"], ["product_id", "name"]])
    makers = {
        "customer_id": lambda: customer(rng, language).lstrip("#"), "orders": lambda: amount("count", rng),
        "spend": lambda: amount("money", rng), "product_id": lambda: str(rng.randint(10000, 99999)),
        "name": lambda: member("product", "en", rng),
    }  # fmt: skip
    total = rng.choice([0, rng.randint(1, 7), rng.randint(8, 1000)])
    if total == 0:
        return Reply("0 rows.", "没有符合条件的记录。" if language == "zh" else "There are none.")
    rows = [{name: makers[name]() for name in columns} for _ in range(min(total, 7))]
    lines = [f"{i}. {', '.join(row.values())}" for i, row in enumerate(rows, 1)]
    count = f"{total} row{'s' * (total > 1)}."
    told = [" ".join([row[columns[0]], *(f"({row[name]})" for name in columns[1:])]) for row in rows[:3]]
    if language == "zh":
        answer = f"共 {total} 条，前几条：{'、'.join(told)}。"
    else:
        answer = f"{total} found; the first: {', '.join(told)}."
    return Reply("\n".join([count, ", ".join(columns), *lines]), answer, rows)


def listing(tool: str, arguments: dict[str, object], language: str, rng: random.Random) -> Reply:
    """Any other tool: a head line and numbered rows, retold by quoting the first ones."""
    if tool in ("choose_offer", "draft_offer", "campaign_results", "plan_campaign"):
        return proposal(tool, arguments, language, rng)
    key = "product" if tool in ("recommend_products", "sentiment_alerts") else "customer_id"
    rows = [
        {key: member("product", "en", rng) if key == "product" else customer(rng, language).lstrip("#")}
        for _ in range(rng.randint(1, 6))
    ]
    lines = [f"{i}. {row[key]}: {statement(tool, language, rng)}" for i, row in enumerate(rows, 1)]
    head = f"{len(rows)} found."
    names = [row[key] for row in rows[:3]]
    answer = (
        f"共 {len(rows)} 条，前几条：{'、'.join(names)}。"
        if language == "zh"
        else f"{len(rows)} found; the first: {', '.join(names)}."
    )
    return Reply("\n".join([head, *lines]), answer, rows)


def proposal(tool: str, arguments: dict[str, object], language: str, rng: random.Random) -> Reply:
    """Offers, drafts and campaigns: a few statements; a draft names its id, which later turns refer to."""
    lines = [statement(tool, language, rng) for _ in range(rng.randint(1, 2))]
    row: dict[str, str] = {}
    if "customer_id" in arguments:
        row["customer_id"] = str(arguments["customer_id"])
    if tool == "draft_offer":
        row["draft"] = draft(rng, language)
        lines.insert(0, f"Saved as draft {row['draft']}, pending approval.")
    return Reply("\n".join(lines), " ".join(lines[:2]), [row])


def statement(tool: str, language: str, rng: random.Random) -> str:
    words = lexicon("en")
    return rng.choice(
        [
            f"churn probability {rng.uniform(0, 1):.2f}, value at risk {amount('money', rng)}.",
            f"{rng.choice(words['offer'])} for customer {customer(rng, language).lstrip('#')}, expected gain {amount('money', rng)}.",
            f"{rng.choice(words['campaign'])}: {rng.randint(10, 900)} customers, cost {amount('money', rng)}.",
            f"{rng.randint(1, 99)}% negative, mostly about {rng.choice(['delivery', 'quality', 'price', 'fit'])}.",
            f"last order {span(rng)[0]}, {rng.randint(1, 400)} days ago.",
        ]
    )


def failure(language: str, rng: random.Random) -> Reply:
    """Tools fail in one factual sentence, which the assistant passes on."""
    thing = nonce("product", language, rng)
    sentence = rng.choice(
        [
            f"There is no country {thing!r}; the nearest are {', '.join(rng.sample(COUNTRIES, 2))}.",
            f"No product matches {thing!r}; the nearest are {nonce('product', 'en', rng)} and {nonce('product', 'en', rng)}.",
            f"There is no customer {customer(rng, language)}; the nearest ids are {rng.randint(10000, 19999)} and {rng.randint(10000, 19999)}.",
            f"There is no order {order(rng, language)}.",
            f"This shop has no {rng.choice(['events', 'reviews', 'churn scores'])}; load some first.",
            f"{rng.choice(['query_metric', 'customer_profile', 'run_sql'])} failed unexpectedly; the log says why.",
            f"{rng.choice(['churn_risk', 'draft_offer', 'search_reviews'])} is not available in this installation.",
        ]
    )
    return Reply(sentence, sentence)
