"""Consent and the rules of contact: the third and fourth step of the funnel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from tools.offers.funnel.arrays import Array
from tools.offers.funnel.caps import Capped, capped
from tools.offers.funnel.crowd import Crowd
from tools.offers.funnel.state import State
from tools.offers.funnel.terms import CHANNELS, NUMBER


@dataclass(frozen=True)
class Reached:
    """(n, k) each: the reasons so far, and the channel (its place in CHANNELS) by which an offer would go, -1 for none.
    `capped`: see there; `upset` (n,) bool: complained so lately that only a care call is left."""

    reasons: Array
    channels: Array
    capped: Capped
    upset: Array


def reach(crowd: Crowd, state: State) -> Reached:
    """Who may be contacted, and how."""
    terms, reasons = crowd.terms, crowd.reasons.copy()
    limits = capped(state.contacts, crowd.moments, terms.catalogue.contact.caps)
    channels = np.full(reasons.shape, -1, np.int8)
    upset, silent = _upset(crowd), np.isnat(crowd.moments)
    for column, offer in terms.real:
        channels[:, column] = _first_granted(offer.channels if terms.channel is None else [terms.channel], state)
        way = channels[:, column]
        _rule_out(reasons[:, column], way < 0, NUMBER["no_consent"])
        if offer.kind != "care_call":
            _rule_out(reasons[:, column], upset, NUMBER["cooldown"])
        _rule_out(reasons[:, column], silent, NUMBER["no_hour"])
        _rule_out(reasons[:, column], True, limits.reason[np.arange(len(crowd)), way])
    return Reached(reasons, channels, limits, upset)


def _rule_out(reasons: Array, where: Array | bool, number: Array | int) -> None:
    """Give a reason to those that have none yet."""
    np.copyto(reasons, np.asarray(number, np.uint8), where=(reasons == 0) & where)


def _first_granted(channels: Sequence[str], state: State) -> Array:
    chosen = np.full(len(state.consent), -1, np.int8)
    for channel in channels:
        place = CHANNELS.index(channel)
        chosen[(chosen < 0) & state.consent[:, place]] = place
    return chosen


def _upset(crowd: Crowd) -> Array:
    terms = crowd.terms
    since = terms.as_of - timedelta(days=terms.catalogue.contact.complaint_cooldown_days)
    complaints = crowd.people.complained_at
    return np.array([moment is not None and since <= moment <= terms.as_of for moment in complaints], bool)
