"""What kind of value each argument of the contract takes."""

METRICS: list[str] = [
    *(
        "revenue gmv orders units customers new_customers visitors repeat_rate average_order_value "
        "items_per_order gross_margin refund_rate refund_amount views cart_adds cart_abandonment_rate "
        "conversion_rate reviews average_rating negative_share complaints"
    ).split()
]
SEGMENTS: list[str] = ["champions", "loyal", "new", "at_risk", "lapsed", "high_value", "unhappy", "everyone"]
LANGUAGES: list[str] = [
    *"en de fr es it nl pt pl sv da no fi zh ja ko ru tr ar el cs hu ro uk he hi th vi id ms".split()
]

CLOSED: dict[str, list[str]] = {
    "metric": METRICS,
    "group_by": [
        *"hour weekday day week month quarter country language category product segment channel customer".split()
    ],
    "segment": SEGMENTS,
    "aspect": ["quality", "delivery", "price", "service", "packaging", "fit", "design"],
    "sentiment": ["positive", "neutral", "negative"],
    "channel": ["email", "sms", "push", "call", "wechat"],
    "tone": ["warm", "formal", "playful", "apologetic"],
    "language": LANGUAGES,
    "order": ["asc", "desc"],
    "sort": ["risk", "value_at_risk"],
}
FILTER_VALUES: dict[str, list[str]] = {
    "country": [],
    "language": LANGUAGES,
    "category": [],
    "product": [],
    "segment": SEGMENTS,
    "channel": [],
    "customer": [],
}
KIND = {
    "sql": "sql",
    "filters": "filters",
    "offset": "offset",
    "customer_id": "id",
    "order_id": "id",
    "draft": "id",
    "limit": "count",
    "budget": "span",
    "contact": "token",
}
