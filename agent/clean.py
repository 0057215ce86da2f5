"""Text from outside, without what could pass for the chat's own machinery."""

import re

from tools.reviews.quoting import quote

# Control characters other than tab and newline, lone surrogates, and everything that is invisible or turns the
# reading direction: soft hyphen, zero-width space, bidi marks and isolates, word joiner, BOM, tags, selectors.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc\U000e0000-\U000e0fff]"
)
_JOINERS = re.compile("[\u200c\u200d]")
_MARKERS = re.compile(
    r"<\|[^<>|\n]{0,40}\|>"
    r"|<｜[^<>\n]{0,40}｜>"
    r"|</?\s*(?:tool_calls?|tool_response|tools|function|think|system|assistant|user|im_start|im_end|s)\s*>"
    r"|<function=[^<>\n]{0,80}>|<parameter=[^<>\n]{0,80}>"
    r"|\[/?INST\]|<</?SYS>>|<<<+|>>>+",
    re.IGNORECASE,
)
# One to one, so that positions stay: full width and the letters of other scripts that look like ours.
_LOOKALIKES = str.maketrans(
    {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
    | {ord(odd): plain for odd, plain in zip("аеорсухіјѕԁһӏοαερικ", "aeopcyxijsdhloaepik", strict=True)}
    | {ord(odd): plain for odd, plain in zip("‹›〈〉《》⟨⟩❮❯∣│", "<><><><><>||", strict=True)}
)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_FENCES = re.compile(r"`{3,}|'{3,}|~{3,}|={3,}|-{3,}|#{2,}|\*{3,}|_{3,}|\[{2,}|\]{2,}|\{{2,}|\}{2,}|!\[|\]\(")
_ENCODED = re.compile(
    r"(?<![\w+/=])(?=[\w+/=]*[\d+/=A-Z])[A-Za-z0-9+/]{20,}={0,2}(?![\w+/=])"
    r"|(?:(?:\\x|%|&#x?|\\u|0x)[0-9A-Fa-f]{2,6};?\s?){5,}|(?<!\w)(?:[01]{7,8}\s?){4,}(?!\w)",
    re.ASCII,
)
_ROLE = re.compile(
    r"(?<![^\W_])(system|assistant|user|human|developer|tool|function|admin|ai|bot|系统|系统提示|助手|助理|用户|管理员|工具|开发者)"
    r"(\s(?:message|prompt|note|result|response))?\s*[:：>|]+",
    re.IGNORECASE,
)
_WORDS_KEPT = 600


def clean(text: str) -> str:
    """A person's own words: invisible characters and chat markers removed, line ends made `\\n`."""
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _without_markers(text)


def clean_untrusted(text: str) -> str:
    """What customers or tools wrote: as `clean`, and without joiners, which can hide a word inside a word.

    Markers also go where they are written full width or in letters that only look the same.
    """
    return _without_markers(_INVISIBLE.sub("", _JOINERS.sub("", text)), lookalikes=True)


def clean_words(text: str, limit: int = _WORDS_KEPT) -> str:
    """Customers' words as one line to stand between double quotation marks.

    As `clean_untrusted` and `tools.reviews.quoting.quote`, and without fences, the names of a chat's roles as such,
    and long runs that are no words but may be an encoded text.
    """
    line = _ENCODED.sub("[encoded]", quote(clean_untrusted(text), limit))
    line = _FENCES.sub(" ", _ROLE.sub(r"\1\2 -", line))
    return " ".join(_without_markers(line, lookalikes=True).split())


def clean_rows(text: str) -> str:
    """Lines of a table in which customers' words stand: as `clean_words`, line by line, figures left alone."""
    lines = _COMMENT.sub(" ", clean_untrusted(text)).splitlines()
    return "\n".join(_FENCES.sub(" ", _ROLE.sub(r"\1\2 -", _ENCODED.sub("[encoded]", line))) for line in lines)


def _without_markers(text: str, lookalikes: bool = False) -> str:
    # Taking a marker out can make a new one from what stood around it.
    while True:
        plain = text.translate(_LOOKALIKES) if lookalikes and not text.isascii() else text
        found = list(_MARKERS.finditer(plain))
        if not found:
            return text
        for match in reversed(found):
            text = text[: match.start()] + text[match.end() :]
