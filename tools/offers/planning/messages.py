"""The texts of a campaign: one for each offer, channel, language and variant that is picked for somebody."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from tools.offers.drafts import Brief, MessageWriter, Written
from tools.offers.funnel.choice import TREATED, Choice
from tools.offers.funnel.record import valid_until
from tools.offers.funnel.terms import CHANNELS
from tools.offers.planning.asked import Asked


class Key(NamedTuple):
    """What drafts with the same text have in common."""

    offer: str
    channel: str
    language: str
    variant: str | None


Texts = dict[Key, Written]


def key_of(asked: Asked, choice: Choice, place: int) -> Key:
    column = choice.picked[place]
    channel, text = choice.reached.channels[place, column], asked.crowd.texts[place, column]
    return _key(asked, int(column), int(channel), int(text), int(choice.variant[place]))


def keys_of(asked: Asked, choice: Choice) -> Counter[Key]:
    """Every text that is needed, with the number of drafts it is for."""
    places = np.flatnonzero(choice.of_arm(TREATED))
    columns = choice.picked[places]
    channels, texts = choice.reached.channels[places, columns], asked.crowd.texts[places, columns]
    rows = np.column_stack([columns, channels, texts, choice.variant[places]])
    found, numbers = np.unique(rows, axis=0, return_counts=True)
    return Counter({_key(asked, *row): number for row, number in zip(found.tolist(), numbers.tolist(), strict=True)})


def _key(asked: Asked, column: int, channel: int, text: int, variant: int) -> Key:
    return Key(asked.terms.offers[column], CHANNELS[channel], asked.crowd.languages[text], asked.variants[variant].name)


def written(asked: Asked, key: Key, write: MessageWriter) -> Written:
    terms = asked.terms
    brief = Brief(
        customer_id=None,
        offer=terms.catalogue.offer(key.offer),
        catalogue=terms.catalogue,
        channel=key.channel,
        language=key.language,
        tone=asked.tones[key.variant],
        valid_until=valid_until(terms, key.offer, terms.now),
        recommendations=[],
        situation=[f"segment: {name}" for name in asked.segment if name != "everyone"],
        variant=key.variant,
    )
    return write(brief)
