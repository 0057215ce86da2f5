"""What a draft may not say, and what it may."""
# ruff: noqa: E501

from datetime import datetime

import pytest

from store.errors import WinbackError
from tests.tools.offers.drafts.briefs import CATALOGUE, GOOD, LANGUAGES, TONES, brief
from tools.offers.drafts import check, fill
from tools.offers.drafts.checks.length import segments
from tools.offers.drafts.model import wording
from tools.offers.drafts.phrases.bank import options
from tools.offers.drafts.tags import day
from tools.offers.drafts.template import template

SUBJECT = "10% off your next order"


def keys(body: str, subject: str | None = SUBJECT, **more: object) -> set[str]:
    return {one.key for one in check(subject, body, brief(**more))}  # pyright: ignore[reportArgumentType]


def test_a_correct_text_has_no_problem() -> None:
    assert keys(GOOD) == set()


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("10%", "15%"), "percent"),
        (("10%", "ten per cent"), None),
        (("10%", "twenty per cent"), "percent"),
        (("£15", "£51"), "money"),
        (("£15", "€15"), "money"),
        (("£15 off at most", "orders of £15 or more"), "role"),
        ((" (£15 off at most)", ""), "no_most"),
        (("{{valid_until}}", "26 December 2026"), None),
        (("{{valid_until}}", "31 December 2026"), "date"),
        (("{{valid_until}}", "Friday"), "deadline"),
        (("{{valid_until}}", "the end"), "no_date"),
        (("{{code}}", "SAVE10"), "no_code"),
        (("{{opt_out}}", ""), "no_opt_out"),
        (("{{opt_out}}", "{{link}}"), "unknown_tag"),
        (("{{first_name}}", "[Name]"), "placeholder"),
        (("{{first_name}}", "Maria"), "name"),
        (("until", "at https://shop.example until"), "link"),
        (("until", "at winback-shop.com until"), "link"),
        (("until", "(call +44 20 7946 0958) until"), "phone"),
        (("until", "or write to us@shop.example until"), "email"),
        (("until", "and free delivery until"), "promise"),
        (("until", "with a full refund guarantee until"), "promise"),
        (("until", "plus 100 points until"), "number"),
        (("Hi", "<b>Hi</b>"), "html"),
        (("Hi", "H\u200bi"), "characters"),
    ],
)
def test_planted_faults_are_found(change: tuple[str, str], key: str | None) -> None:
    found = keys(GOOD.replace(*change))
    assert found == set() if key is None else key in found


@pytest.mark.parametrize(
    ("language", "offer", "body", "key"),
    [
        ("de", "ten_percent_off", "Sie erhalten zwanzig Prozent Rabatt, höchstens 15 £, mit {{code}} bis {{valid_until}}. {{opt_out}}", "percent"),
        ("de", "free_delivery", "Ihre nächste Bestellung zum halben Preis und versandkostenfrei mit {{code}} bis {{valid_until}}. {{opt_out}}", "percent"),
        ("fr", "ten_percent_off", "Profitez de dix pour cent de réduction (15 £ au plus) avec {{code}} jusqu'au {{valid_until}}. {{opt_out}}", None),
        ("fr", "ten_percent_off", "Profitez de 10 % de réduction (15 £ au plus) et d'un cadeau avec {{code}} jusqu'au {{valid_until}}. {{opt_out}}", "promise"),
        ("es", "ten_percent_off", "Tienes un 10 % de descuento (15 £ como máximo) y envío gratis con {{code}} hasta el {{valid_until}}. {{opt_out}}", "promise"),
        ("nl", "ten_percent_off", "Je krijgt 10% korting (hoogstens £ 15) met {{code}} tot en met 27 december 2026. {{opt_out}}", "date"),
        ("zh", "ten_percent_off", "您的下一单享八折优惠（最高减15英镑），优惠码 {{code}}，有效期至{{valid_until}}。{{opt_out}}", "percent"),
        ("zh", "ten_percent_off", "您的下一单享九折优惠（最高减15英镑），优惠码 {{code}}，有效期至{{valid_until}}。{{opt_out}}", None),
        ("zh", "ten_percent_off", "您的下一单享九折优惠（最高减99英镑），优惠码 {{code}}，有效期至{{valid_until}}。{{opt_out}}", "money"),
        ("zh", "ten_percent_off", GOOD, "language"),
        ("de", "ten_percent_off", GOOD, "language"),
    ],
)  # fmt: skip
def test_figures_promises_and_language_in_other_languages(
    language: str, offer: str, body: str, key: str | None
) -> None:
    found = {one.key for one in check(None, body, brief(offer, "wechat", language))}
    assert found == set() if key is None else key in found


def test_an_sms_counts_its_segments_and_letters() -> None:
    assert segments("a" * 160) == (1, "GSM-7")
    assert segments("a" * 161) == (2, "GSM-7")
    assert segments("€" * 80) == (1, "GSM-7")
    assert segments("您" * 70) == (1, "UCS-2")
    assert segments("您" * 135) == (3, "UCS-2")
    assert "segments" in keys(GOOD + " Thank you." * 20, None, channel="sms")
    assert day(datetime(2026, 8, 3), "fr", "sms") == "03/08/2026"
    assert day(datetime(2026, 8, 3), "fr") == "3 août 2026"


def test_nothing_a_customer_wrote_and_no_name_of_theirs_may_stand() -> None:
    review = "The kettle leaked all over my kitchen floor twice."
    body = GOOD + " We heard that the kettle leaked all over my kitchen floor."
    assert "quote" in keys(body, reviews=(review,))
    assert keys(body, reviews=("Nice.",)) == set()
    assert "name" in keys(GOOD + " Yours, Ottoline.", names=("Ottoline",))


def test_a_subject_is_one_short_line() -> None:
    assert "no_subject" in keys(GOOD, None)
    assert "subject_lines" in keys(GOOD, "Hello\nBcc: all")
    assert "subject_long" in keys(GOOD, "Hello " * 20)


def test_every_template_of_the_demo_catalogue_passes() -> None:
    cases = [(one, channel, language) for one in CATALOGUE.offers for channel in one.channels for language in LANGUAGES]
    wrong = [
        (offer.id, channel, language, [one.text for one in found])
        for offer, channel, language in cases
        if (found := template(brief(offer.id, channel, language), None).problems)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_bundled_model_can_choose_passes(language: str) -> None:
    wrong: list[object] = []
    for nth, (offer, tone) in enumerate((one, tone) for one in CATALOGUE.offers for tone in TONES):
        channel = offer.channels[nth % len(offer.channels)]
        situation = ["segment: lapsed"] if nth % 2 else []
        asked = brief(offer.id, channel, language, tone=tone, situation=situation, recommendations=["Walnut Bookend"])
        if (found := options(asked)) is None:
            assert channel == "call"
            continue
        text = found.assembled({name: some[nth % len(some)] for name, some in found.parts.items()})
        wrong += [(offer.id, channel, tone, one.text) for one in check(*text, asked)]
    assert wrong == []


def test_problems_are_told_in_english_and_chinese() -> None:
    assert wording()["en"]["problems"].keys() == wording()["zh"]["problems"].keys()
    assert wording()["en"]["told"].keys() <= wording()["zh"]["told"].keys()
    (one,) = check(SUBJECT, GOOD.replace("{{opt_out}}", ""), brief())
    assert "{{opt_out}}" in one.text
    assert "退订" in one.said("zh")


def test_tags_are_filled_once_and_unknown_ones_refused() -> None:
    assert fill("{{first_name}}: {{code}}", {"first_name": "{{code}}", "code": "TEN-1"}) == "{{code}}: TEN-1"
    with pytest.raises(WinbackError, match="phone"):
        fill("{{phone}}", {"code": "x"})
