"""What the person sees while the model still writes: no raw contact data, their own words put back."""

import re
from collections.abc import Callable

from agent.privacy import Vault, mask_text

_CONTEXT = 40
_LONGEST_RUN = 400
# A place to cut: blank space or a character of a script that contacts are not written in, after anything but a number.
_CUT = re.compile(r"(?<![\d()+.,@-])(?:\s|[^\x00-\x7f０-９＠＋－（）．])(?![\s\d]*$)|\n", re.MULTILINE)


class Shown:
    """Feed it pieces of the answer; it lets through what can no longer become part of a contact or token.

    `leaving` makes of a piece what may leave.
    """

    def __init__(self, vault: Vault, leaving: Callable[[str], str] = str) -> None:
        self._vault = vault
        self._leaving = leaving
        self._raw = ""
        self._done = 0

    def feed(self, text: str) -> str:
        self._raw += text
        cut = self._done
        for found in _CUT.finditer(self._raw, self._done):
            cut = found.end()
        if len(self._raw) - cut > _LONGEST_RUN:
            cut = len(self._raw)
        return self._until(cut)

    def close(self) -> str:
        return self._until(len(self._raw))

    def _until(self, cut: int) -> str:
        context, piece = self._raw[max(0, self._done - _CONTEXT) : self._done], self._raw[self._done : cut]
        self._done = cut
        if not piece:
            return ""
        masked = mask_text(context + piece, self._vault)
        masked = masked[len(context) :] if masked.startswith(context) else mask_text(piece, self._vault)
        return self._vault.reveal(self._leaving(masked))
