"""What languages are called."""

from babel import Locale

from ui.app.frame import Language


def language_name(code: str, language: Language) -> str:
    """`de` is German, or 德语; a code that nobody knows stays."""
    return Locale.parse(language).languages.get(code, code)
