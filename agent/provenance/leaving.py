"""What may leave in an answer: no link, address, number to call or code that no trusted text holds."""

import re

from agent.privacy.contacts import Span, contact_spans, without_overlaps
from agent.provenance.gather import Provenance
from agent.provenance.tokens import contains, id_of, ids, same_id

_TLD = (
    "com|net|org|info|biz|io|co|cn|uk|de|fr|es|it|nl|ru|eu|us|me|ly|app|dev|xyz|top|shop|store|online|site|club|vip|win|"
    "link|live|cc|tk|ml|gg|in|jp|hk|tw|au|ca|br|test|example|invalid|local"
)
_STOPS = r"\s<>\"'“”‘’，。；！？、（）()\[\]「」"
_DOT = r"(?:\.|\s?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\))\s?| dot |点)"
_LINK = re.compile(
    rf"(?:[a-z][a-z0-9+.-]{{1,12}}\s?[:：]\s?//|www\s?\.)[^{_STOPS}]+"
    rf"|(?<![A-Za-z0-9@.])(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?{_DOT}){{1,4}}"
    rf"(?:{_TLD})(?![A-Za-z0-9-])(?:[/?#:][^{_STOPS}]*)?"
    rf"|(?<![A-Za-z0-9@.])(?:[a-z0-9-]{{2,63}}\.){{1,4}}[a-z]{{2,24}}/[^{_STOPS}]*"
    rf"|(?<![\d.])(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?![\d.])(?:[/:][^{_STOPS}]*)?|\b(?:data|javascript|mailto|tel|sms):[^{_STOPS}]+",
    re.IGNORECASE | re.ASCII,
)
_MARKDOWN = re.compile(
    r"!?\[([^\[\]\n]{0,200})\]\(\s*([^()\n]{0,500})\s*\)|!?\[([^\[\]\n]{0,200})\]\[[^\[\]\n]{0,80}\]"
)
_REFERENCE = re.compile(r"^\s*\[[^\[\]\n]{1,80}\]:\s*\S+.*$", re.MULTILINE)
_HTML = re.compile(r"<(?!(?:email|phone|name)-\d+>)/?[a-zA-Z!][^<>\n]{0,500}>")
_HANDLE = re.compile(
    r"(?<![\w@.])@[A-Za-z0-9_][\w.]{2,}"
    r"|(?:wechat|weixin|whatsapp|telegram|signal|skype|line id|微信|薇信|威信|扣扣|加v|\bqq)"
    r"(?:\s?(?:id|no\.?|号码|号|群|is|:|：|是|为|，|,|账号|account))*"
    r"\s*([A-Za-z0-9][\w.-]{3,})",
    re.IGNORECASE | re.ASCII,
)
_CODED = re.compile(
    r"(?:\b(?:code|voucher|coupon|promo|password|pin)\b|优惠码|折扣码|券码|兑换码|口令|验证码|密码)"
    r"(?:\s?(?:is|code|number|是|为|:|：|=|,|，))*\s*[\"'“‘「]?([A-Z0-9][A-Za-z0-9_-]{3,})"
)
_MIXED = re.compile(r"(?<![\w<-])(?=[\w-]*[A-Za-z])(?=[\w-]*\d)[A-Za-z0-9][A-Za-z0-9_-]{3,}(?![\w-])", re.ASCII)
_MEASURE = re.compile(
    r"\d+(?:st|nd|rd|th|k|m|bn|kg|g|mg|ml|l|cm|mm|km|am|pm|x|h|s|ms|min|days?|hours?|pcs)|\d+-\w+|q[1-4]", re.I
)
_ACCOUNT = re.compile(r"(?<![\d.,-])\d(?: ?\d){8,}(?![\d-]|[.,]\d)|(?<!\d)\d{4}(?:-\d{4}){2,}(?!\d)")
_CAPITALS = re.compile(r"(?<![\w-])[A-Z]{5,}(?![\w-])")
QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|「[^」\n]*」|『[^』\n]*』|«[^»\n]*»")


def links(text: str) -> list[str]:
    """Every link in a text, also a bare or a broken-up one."""
    return [found[0] for found in _LINK.finditer(text)]


def outside_quotes(text: str) -> str:
    """The text with everything between quotation marks blanked out, at its length."""
    return QUOTED.sub(lambda found: " " * len(found[0]), text)


def without_links(text: str) -> str:
    """The text with every link made `[link]`, and without HTML or Markdown around it."""
    return _LINK.sub("[link]", _unmarked(text))


def without_strangers(text: str, known: Provenance) -> str:
    """The text with every link, contact and code that no trusted text holds made `[link]`, `[contact]` or `[code]`.

    Links that show other words than where they lead are only words. It is an allow-list, so it does not matter how an
    address came to be in the text.
    """
    text = _unmarked(text)
    trusted = "\n".join(known.trusted).casefold()
    found = [Span(*one.span(), "link") for one in _LINK.finditer(text)]
    found += [span._replace(kind="contact") for span in contact_spans(text)]
    found += [Span(*one.span(one.lastindex or 0), "contact") for one in _HANDLE.finditer(text)]
    found += [Span(*one.span(1), "code") for one in _CODED.finditer(text) if not one[1].islower()]
    found += [Span(*one.span(), "code") for one in _MIXED.finditer(text) if not _MEASURE.fullmatch(one[0])]
    found += [Span(*one.span(), "contact") for one in _ACCOUNT.finditer(text)]
    found += [Span(*one.span(), "code") for one in _CAPITALS.finditer(outside_quotes(text))]
    for span in reversed(without_overlaps(found)):
        piece = text[span.start : span.end]
        if piece.casefold() not in trusted and not (span.kind == "code" and _is_known(piece, known)):
            text = f"{text[: span.start]}[{span.kind}]{text[span.end :]}"
    return text


def _unmarked(text: str) -> str:
    return _HTML.sub("", _REFERENCE.sub("", _MARKDOWN.sub(lambda found: found[1] or found[3] or "", text)))


def _is_known(code: str, known: Provenance) -> bool:
    """A word of trusted text in capitals, or an id of it written otherwise."""
    wanted = id_of(code)
    if wanted is None or contains(known.trusted_tokens, code):
        return contains(known.trusted_tokens, code)
    return any(same_id(wanted, one) for text in known.trusted for one in ids(text, of_person=True))
