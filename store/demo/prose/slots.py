"""What goes into the {slots} of a fragment: the product, in the right number, and small details of life."""

import random
import re

from store.demo.catalogue import Product

_SLOT = re.compile(r"\{(\w+)\}")
_MONTHS = (
    "January February March April May June July August September October November December".split()
)  # fmt: skip
_SINGULAR = {
    "this": "this", "it": "it", "it_obj": "it", "is": "is", "was": "was",
    "has": "has", "isnt": "isn't", "wasnt": "wasn't", "s": "s", "es": "es",
}  # fmt: skip
_PLURAL = {
    "this": "these", "it": "they", "it_obj": "them", "is": "are", "was": "were",
    "has": "have", "isnt": "aren't", "wasnt": "weren't", "s": "", "es": "",
}  # fmt: skip


class Slots:
    """The values of one review; a detail once drawn stays the same throughout."""

    def __init__(
        self,
        rng: random.Random,
        fills: dict[str, list[str]],
        product: Product,
        language: str,
        price: float,
        month: int,
    ) -> None:
        self._rng = rng
        self._fills = fills
        known = _chinese(product, price, month) if language == "zh" else _english(product, price, month)
        self._values: dict[str, str] = known

    def fill(self, text: str) -> str:
        """`text` with its slots filled. Unknown names are left as they are."""
        return _SLOT.sub(lambda match: self._value(match[1]), text)

    def _value(self, name: str) -> str:
        base = name.removesuffix("_cap")
        if base not in self._values:
            if base not in self._fills:
                return "{" + name + "}"
            self._values[base] = self._rng.choice(self._fills[base])
        value = self._values[base]
        return value if base == name else value[:1].upper() + value[1:]


def _english(product: Product, price: float, month: int) -> dict[str, str]:
    article = "" if product.plural else "an " if product.noun[0] in "aeiou" else "a "
    forms = _PLURAL if product.plural else _SINGULAR
    pounds = f"£{price:.0f}" if price == int(price) else f"£{price:.2f}"
    return forms | {
        "thing": product.noun,
        "a_thing": article + product.noun,
        "price": pounds,
        "month": _MONTHS[month],
    }


def _chinese(product: Product, price: float, month: int) -> dict[str, str]:
    return {"thing": product.noun_zh, "price": f"{price:g}镑", "month": f"{month + 1}月"}
