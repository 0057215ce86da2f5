"""The sentences that fit one brief, with the offer's figures in them."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from tools.offers.drafts.model import Brief
from tools.offers.drafts.money import money, percent

LANGUAGES = ("en", "zh", "de", "fr", "es", "nl")
_PLACE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
_GONE = re.compile(r"^segment: .*\b(?:lapsed|at_risk)\b")
_BRIEF_CHANNELS = {"sms", "push"}
_NEEDED = {"subject", "opening", "offer"}


@dataclass(frozen=True)
class Options:
    """Sentences to choose from, by part: `subject` (e-mail only), `opening`, `offer`, `closing` (long texts only).

    `greeting` and `recommend` leave no choice; `brief` texts are one paragraph.
    """

    greeting: str
    parts: dict[str, list[str]]
    recommend: str | None
    brief: bool
    opt_out: bool
    join: str

    def assembled(self, chosen: dict[str, str]) -> tuple[str | None, str]:
        """Subject and body of one choice for each part."""
        lines = [self.greeting, chosen.get("opening"), chosen["offer"], self.recommend, chosen.get("closing")]
        lines += ["{{opt_out}}"] if self.opt_out else []
        text = (self.join if self.brief else "\n\n").join(line for line in lines if line)
        return chosen.get("subject"), text


def options(brief: Brief) -> Options | None:
    """None where there are no sentences in this language, or the offer is a call, which needs its own text."""
    if brief.language not in LANGUAGES or brief.channel == "call":
        return None
    bank, gone = _bank(brief.language), any(_GONE.match(one) for one in brief.situation)
    form, short = bank["forms"][brief.tone], brief.channel in _BRIEF_CHANNELS
    parts = _brief_parts(bank, brief, form, gone) if short else _long_parts(bank, brief, form, gone)
    if brief.short:
        parts = {name: [min(some, key=len)] for name, some in parts.items() if name in _NEEDED}
    shown = [] if short or brief.short else list(brief.recommendations)
    return Options(
        greeting=bank["brief"]["greeting"][form] if short else bank["greeting"][brief.tone],
        parts=parts,
        recommend=_recommend(bank, form, shown),
        brief=short,
        opt_out=bool(brief.opt_out),
        join="" if brief.language == "zh" else " ",
    )


def _long_parts(bank: Any, brief: Brief, form: str, gone: bool) -> dict[str, list[str]]:
    known, kind, values = "lapsed" if gone else "general", _kind(brief), _values(brief, bank, bank)
    headlines = [] if brief.tone == "apologetic" else [_put(one, values) for one in bank["headline"][kind]]
    subject = {"subject": [*bank["subject"][brief.tone][known], *headlines]} if brief.channel == "email" else {}
    return {
        **subject,
        "opening": bank["opening"][brief.tone][known],
        "offer": [_put(one, values) for one in bank["offer"][form][kind]],
        "closing": bank["closing"][brief.tone],
    }


def _brief_parts(bank: Any, brief: Brief, form: str, gone: bool) -> dict[str, list[str]]:
    """ "We have missed you", the first of two, is only for those who were away."""
    opening = bank["short"][brief.tone]
    offers = bank["brief"]["offer"][form][_kind(brief)]
    values = _values(brief, bank, bank["brief"])
    return {
        "opening": opening if gone or len(opening) == 1 else opening[1:],
        "offer": [_put(one, values) for one in offers],
    }


def _kind(brief: Brief) -> str:
    return {"coupon": "money_off", "free_shipping": "free_shipping"}.get(brief.offer.kind, "named")


def _values(brief: Brief, bank: Any, wording: Any) -> dict[str, str]:
    offer, language, currency = brief.offer, brief.language, brief.catalogue.currency
    said: list[str] = []
    if offer.minimum_order:
        said.append(_put(wording["terms"]["minimum"], {"minimum": money(offer.minimum_order, currency, language)}))
    if offer.percent is not None and offer.cost_most is not None:
        said.append(_put(wording["terms"]["most"], {"most": money(offer.cost_most, currency, language)}))
    value = percent(offer.percent, language) if offer.percent is not None else ""
    if offer.amount is not None:
        value = money(offer.amount, currency, language)
    return {
        "value": _spaced(value) if language == "zh" else value,
        "name": offer.name.get(language) or offer.name["en"],
        "terms": bank["terms"]["around"].format(bank["terms"]["joined"].join(said)) if said else "",
        "with_code": wording["with_code"] if offer.code else "",
    }


def _spaced(value: str) -> str:
    return f" {value}" if value.endswith("折") else f" {value} "


def _recommend(bank: Any, form: str, products: list[str]) -> str | None:
    if not products:
        return None
    first, last = bank["quotes"]
    return _put(bank["recommend"][form], {"products": bank["and"].join(f"{first}{one}{last}" for one in products)})


def _put(text: str, values: dict[str, str]) -> str:
    return _PLACE.sub(lambda found: values[found[1]], text)


@cache
def _bank(language: str) -> dict[str, Any]:
    text = Path(__file__).with_name(f"{language}.yaml").read_text("utf-8")
    return cast("dict[str, Any]", yaml.safe_load(text))
