"""Dialogues that need no form: bare lists of arguments, which teach copying, and other people's off-topic requests."""

import random

from tools.contract import CONTRACT
from training import corpora
from training.dialogues import Dialogue, Message, call_text
from training.slots import Filler, lexicon

SPOKEN = {
    "query_metric": ("metrics", "指标"),
    "customer_profile": ("profile", "客户档案"),
    "churn_risk": ("churn risk", "流失风险"),
    "review_sentiment": ("review sentiment", "评论情感"),
    "search_reviews": ("search reviews", "搜评论"),
    "sentiment_alerts": ("sentiment alerts", "口碑预警"),
    "recommend_products": ("recommendations", "推荐商品"),
    "choose_offer": ("choose offer", "选优惠"),
    "draft_offer": ("draft offer", "起草优惠"),
    "plan_campaign": ("plan campaign", "策划活动"),
    "campaign_results": ("campaign results", "活动效果"),
    "pending_drafts": ("pending drafts", "待批草稿"),
}
SLOT_OF = {
    "metric": "metric",
    "group_by": "group",
    "period": "period_np",
    "limit": "n",
    "customer_id": "customer",
    "order_id": "order",
    "contact": "contact",
    "segment": "segment",
    "product": "product",
    "aspect": "aspect",
    "query": "topic",
    "sentiment": "sentiment",
    "channel": "channel",
    "language": "lang",
    "tone": "tone",
    "offer": "offer",
    "budget": "money",
    "name": "campaign",
    "campaign": "campaign",
}
NAMES = {
    "metric": ("", ""),
    "group_by": ("by ", "按"),
    "period": ("", ""),
    "limit": ("limit ", "前"),
    "customer_id": ("customer ", "客户"),
    "order_id": ("order ", "订单"),
    "contact": ("", ""),
    "segment": ("", ""),
    "product": ("product ", "商品"),
    "aspect": ("about ", "关于"),
    "query": ("", ""),
    "sentiment": ("", ""),
    "channel": ("by ", "用"),
    "language": ("in ", "用"),
    "tone": ("", "语气"),
    "offer": ("offer ", "优惠"),
    "budget": ("budget ", "预算"),
    "name": ("called ", "叫"),
    "campaign": ("campaign ", "活动"),
}
ONE_OF = {"customer_profile": ("customer_id", "order_id", "contact")}


def listed(language: str, rng: random.Random) -> Dialogue:
    """A request that names its tool and lists its arguments, in any order, with many unseen words."""
    zh = language == "zh"
    tool = rng.choice(list(SPOKEN))
    fields = [f for f in CONTRACT[tool].model_fields if f in SLOT_OF]
    if tool in ONE_OF:
        fields = [rng.choice(ONE_OF[tool])]
    must = {"metric", "query"} | (
        {"customer_id"} if tool in ("recommend_products", "choose_offer", "draft_offer") else set()
    )
    must |= {"segment"} if tool == "plan_campaign" else set()
    in_filters = "filters" in CONTRACT[tool].model_fields and rng.random() < 0.4
    chosen = [f for f in fields if f in must or len(fields) == 1 or rng.random() < 0.4]
    filler = Filler(language, rng, novel=0.8)
    pairs: dict[str, tuple[str, object]] = {field: filler.value(SLOT_OF[field]) for field in chosen}
    parts = [NAMES[field][zh] + said for field, (said, _) in pairs.items()]
    if in_filters:
        key = rng.choice(("country", "category", "product") if tool == "query_metric" else ("country", "category"))
        said, value = filler.value(key + "9")
        parts.append(("in " if key == "country" and not zh and rng.random() < 0.5 else "") + said)
        pairs["filters"] = (said, {key: value})
    rng.shuffle(parts)
    joint = rng.choice(["，", " ", "、", "；"] if zh else [", ", " / ", " - ", "; ", " "])
    head = SPOKEN[tool][zh] if "metric" not in pairs else ""
    request = joint.join([head, *parts] if head else parts)
    call = {field: pairs[field][1] for field in CONTRACT[tool].model_fields if field in pairs}
    return Dialogue([Message("user", request, 0.1), Message("assistant", call_text(tool, call), 1.0)], "listed")


def off_topic(rng: random.Random) -> Dialogue:
    """A public request on other business, declined."""
    language, request = rng.choice(corpora.off_topic())
    answer = rng.choice(lexicon(language)["replies"]["offtopic"])
    return Dialogue([Message("user", request, 0.1), Message("assistant", answer, 0.5)], "corpora")
