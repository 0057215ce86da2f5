"""Codes that customers enter: one per draft, not to be guessed."""

import secrets

from tools.offers.catalogue import Offer

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read as another; 32 of them, five bits each
_BITS, _STEP = 50, 5


def new_code(offer: Offer) -> str | None:
    """The offer's prefix and 50 random bits: `TEN-7KQ2M9XWPA`. None where nothing has to be entered."""
    if offer.code is None:
        return None
    number = secrets.randbits(_BITS)
    return f"{offer.code}-{''.join(_LETTERS[number >> shift & 31] for shift in range(0, _BITS, _STEP))}"
