"""How a contact is found: e-mail addresses, phone numbers and names brought to forms that can be compared."""

import re
import unicodedata
from collections.abc import Iterator

_TITLE = re.compile(r"^(?:mr|mrs|ms|miss|mx|dr|prof|herr|frau|madame|monsieur|señora?|signora?)\.?\s+")
_HONORIFIC = re.compile(r"\s*(?:先生|女士|小姐|太太)$")
_NO_PHONE = re.compile(r"[^\d\s+().\-/]")
_PHONE_TAIL = 8
_COUNTRY_CODE = 3


def kind_of(value: str) -> str:
    """`email`, `phone` or `name`."""
    plain = _plain(value)
    if "@" in plain:
        return "email"
    is_phone = not _NO_PHONE.search(plain) and sum(char.isdigit() for char in plain) >= 5
    return "phone" if is_phone else "name"


def email_key(value: str | None) -> str | None:
    return "".join(_plain(value).split()) or None if value else None


def phone_digits(value: str | None) -> str:
    """The digits that matter: without +, 00 and the trunk zero."""
    plain = _plain(value or "").replace("(0)", "")
    return re.sub(r"\D", "", plain).lstrip("0")


def phone_key(value: str | None) -> str | None:
    """The last digits, which are alike with and without a country code; `same_phone` decides."""
    return phone_digits(value)[-_PHONE_TAIL:] or None


def same_phone(one: str, other: str) -> bool:
    """Equal, or equal but for a country code that one of them lacks."""
    short, long = sorted((phone_digits(one), phone_digits(other)), key=len)
    return short == long or (
        len(short) >= _PHONE_TAIL and long.endswith(short) and len(long) - len(short) <= _COUNTRY_CODE
    )


def name_key(first: str | None, last: str | None) -> str | None:
    return " ".join(_plain(f"{first or ''} {last or ''}").split()) or None


def name_candidates(value: str) -> set[str]:
    """The name keys that `value` can stand for: as written, the family name first, with a comma, or unspaced."""
    words = _HONORIFIC.sub("", _TITLE.sub("", _plain(value).replace("，", ",")))
    last, comma, first = words.partition(",")
    if comma:
        return {" ".join(f"{first} {last}".split())}
    parts = words.replace("·", " ").split()
    return set(_turned(parts)) | set(_turned_characters(parts))


def _turned(parts: list[str]) -> Iterator[str]:
    for cut in range(len(parts)):
        yield " ".join([*parts[cut:], *parts[:cut]])


def _turned_characters(parts: list[str]) -> Iterator[str]:
    """王小明 is 小明 王 or 明 王小; family names have one or two characters."""
    if len(parts) == 1 and not parts[0].isascii() and 2 <= len(parts[0]) <= 6:
        for cut in (1, 2):
            if parts[0][cut:]:
                yield f"{parts[0][cut:]} {parts[0][:cut]}"


def _plain(value: str) -> str:
    return unicodedata.normalize("NFKC", value).casefold().strip()
