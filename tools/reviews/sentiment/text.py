"""The statements of `review_sentiment`: the answer first, then what stands out in it."""

from collections.abc import Callable
from typing import Any

from tools.behaviour.wording import figure
from tools.reviews.labels import ASPECTS, SENTIMENTS
from tools.reviews.selection import Selection
from tools.reviews.sentiment.counts import Counts, Feelings, Place
from tools.reviews.sentiment.wording import Wording

_NAMED = 3


def overall(wording: Wording, selection: Selection, counts: Counts, places: list[Place]) -> list[str]:
    """All reviews that are meant."""
    if not counts.reviews.total:
        return [wording.say("none", scope=wording.scope(selection))]
    lines = [wording.say("total", scope=wording.scope(selection), **_shares(counts.reviews))]
    lines += _ranked(wording, counts, "complained", lambda feelings: feelings.negative)
    lines += _ranked(wording, counts, "praised", lambda feelings: feelings.positive)
    lines += _places(wording, places)
    if counts.contradicting:
        lines.append(wording.say("contradicting", number=f"{counts.contradicting:,}"))
    return lines


def about(wording: Wording, selection: Selection, aspect: str, counts: Counts, places: list[Place]) -> list[str]:
    """One aspect."""
    scope, total = wording.scope(selection), counts.reviews.total
    if not total:
        return [wording.say("none", scope=scope)]
    feelings, name = counts.aspects.get(aspect), wording.aspect(aspect)
    if feelings is None:
        return [wording.say("about_none", total=f"{total:,}", scope=scope, aspect=name)]
    shares = _shares(feelings) | {"total": f"{total:,}"}
    said = wording.say("about", aspect=name, scope=scope, spoken=f"{feelings.total:,}", **shares)
    return [said[0].upper() + said[1:], *_places(wording, places)]


def of_customer(wording: Wording, selection: Selection, counts: Counts, reviews: list[dict[str, Any]]) -> list[str]:
    """One customer, and what their latest reviews say, complaints first. `reviews` have a column per aspect."""
    known = {"customer": selection.customer, "scope": wording.scope(selection)}
    feelings = counts.reviews
    if not feelings.total:
        return [wording.say("customer_none", **known)]
    numbers = {mood: getattr(feelings, mood) for mood in SENTIMENTS}
    if feelings.total == 1:
        mood = next(mood for mood, number in numbers.items() if number)
        lines = [wording.say("customer_one", mood=wording.mood(mood), **known)]
    else:
        lines = [wording.say("customer", total=feelings.total, **known, **numbers)]
    telling = sorted(reviews, key=lambda review: review["sentiment"] != "negative")
    return [*lines, *(_review(wording, review) for review in telling[:_NAMED])]


def _shares(feelings: Feelings) -> dict[str, str]:
    shares = {mood: figure(getattr(feelings, mood) / feelings.total, "share", "") for mood in SENTIMENTS}
    return shares | {"total": f"{feelings.total:,}"}


def _ranked(wording: Wording, counts: Counts, key: str, size: Callable[[Feelings], int]) -> list[str]:
    """The aspects named most in complaints, or in praise."""
    ranked = sorted(counts.aspects.items(), key=lambda one: -size(one[1]))
    named = [
        wording.say(
            f"{key}_one" if place else f"{key}_first",
            aspect=wording.aspect(aspect),
            **{mood: f"{getattr(feelings, mood):,}" for mood in (*SENTIMENTS, "total")},
        )
        for place, (aspect, feelings) in enumerate(ranked[:_NAMED])
        if size(feelings)
    ]
    return [wording.say(key, list=wording.listed(named))] if named else []


def _places(wording: Wording, places: list[Place]) -> list[str]:
    named = [
        wording.say(key, name=place.name, complaints=f"{place.complaints:,}", reviews=f"{place.reviews:,}")
        for key, place in zip(["worst_first", *["worst_one"] * len(places)], places, strict=False)
    ]
    return [wording.say("worst", list=wording.listed(named))] if named else []


def _review(wording: Wording, review: dict[str, Any]) -> str:
    """One review of a customer: the day, the product, and what it says of what."""
    about = ""
    for key, mood in (("customer_complains", "negative"), ("customer_praises", "positive")):
        named = [wording.aspect(aspect) for aspect in ASPECTS if review[aspect] == mood]
        about += wording.say(key, list=wording.listed(named)) if named else ""
    product = wording.say("customer_product", product=review["product"]) if review["product"] else ""
    mood = wording.mood(review["sentiment"])
    return wording.say("customer_review", day=review["moment"].date(), product=product, mood=mood, about=about)
