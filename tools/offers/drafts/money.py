"""An offer's figures as they are written in a language."""

from decimal import Decimal

from babel import Locale
from babel.numbers import format_decimal, get_currency_symbol

_PLAIN = {"\u00a0": " ", "\u202f": " ", "\u2019": "'"}


def money(amount: Decimal, currency: str, language: str) -> str:
    """`£8`, `8 £`, `€ 12,50`: whole amounts without decimals, and only spaces that an SMS can hold."""
    number = format_decimal(amount, format="#,##0" if amount == amount.to_integral() else "#,##0.00", locale=language)
    symbol = str(get_currency_symbol(currency, locale="en"))
    pattern = str(Locale.parse(language).currency_formats["standard"].pattern)
    first, space = pattern.startswith("¤"), " " if any(one in pattern for one in " \u00a0\u202f") else ""
    return plain(f"{symbol}{space}{number}" if first else f"{number}{space}{symbol}")


def percent(value: Decimal, language: str) -> str:
    """`10%`, `10 %`; for Chinese what is left of the price: `9 折`."""
    if language == "zh":
        left = (100 - value) / 10 if (100 - value) % 10 == 0 else 100 - value
        return f"{left.normalize():f} 折"
    number = format_decimal(value.normalize(), locale=language)
    return f"{number} %" if language in {"de", "fr", "es"} else f"{number}%"


def plain(text: str) -> str:
    return text.translate(str.maketrans(_PLAIN))
