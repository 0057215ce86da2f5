"""The customers to decide on, with everything that is known of them before the ledger is asked."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tools.offers.catalogue import cents, max_cost
from tools.offers.funnel.arrays import Array
from tools.offers.funnel.eligible import eligible, languages
from tools.offers.funnel.hours import first_moment, zones_of
from tools.offers.funnel.terms import CHANNELS, Terms
from tools.offers.holdout import held_out
from tools.offers.people import People

NO_TIME = np.datetime64("NaT", "us")


@dataclass(frozen=True)
class Crowd:
    """n customers and k offers, of which the first is "nothing".

    `reasons` (n, k) uint8 as of the step eligible; `texts` (n, k) the text's place in `languages`; `gains` (n, k) in
    the shop's currency; `held_out` (n,) bool; `moments` (n,) datetime64, the first at which each may be contacted.
    """

    terms: Terms
    people: People
    languages: list[str]
    texts: Array
    reasons: Array
    gains: Array
    held_out: Array
    moments: Array

    def __len__(self) -> int:
        return len(self.people.ids)

    @cached_property
    def costs(self) -> Array:
        """(channels, k) int64: the most each offer can cost on each channel, in cents."""
        catalogue = self.terms.catalogue
        rows = [
            [0, *(cents(max_cost(catalogue, offer, channel)) for offer in catalogue.offers)] for channel in CHANNELS
        ]
        return np.array(rows, np.int64)


def gather(people: People, terms: Terms) -> Crowd:
    """Raises WinbackError where the policy cannot judge these people."""
    named, texts = languages(people, terms)
    gains = np.asarray(terms.policy.gains(people, terms.catalogue, terms.offers), float)
    return Crowd(
        terms=terms,
        people=people,
        languages=named,
        texts=texts,
        reasons=eligible(people, terms, texts),
        gains=gains,
        held_out=held_out(terms.catalogue.holdout, people.ids),
        moments=_moments(people, terms),
    )


def _moments(people: People, terms: Terms) -> Array:
    quiet = terms.catalogue.contact.quiet_hours
    found = {country: first_moment(terms.now, zones_of(country, terms.zone), quiet) for country in set(people.country)}
    return np.array([found[country] or NO_TIME for country in people.country], "datetime64[us]")
