"""Whether a text is in the language that was asked for: py3langid (Naive Bayes over byte n-grams) and the script."""

import re
from functools import lru_cache
from importlib import import_module
from typing import Any

from tools.offers.drafts.model import Brief, Problem, problem
from tools.offers.drafts.tags import untagged

LANGUAGES = ("en", "zh", "de", "fr", "es", "nl")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_QUOTED = re.compile(r"“[^”\n]{1,60}”|„[^“\n]{1,60}“|«[^»\n]{1,60}»|《[^》\n]{1,60}》|\"[^\"\n]{1,60}\"")
_SENTENCE = re.compile(r"[^.!?。！？\n]+")
_ENOUGH, _SENTENCE_ENOUGH = 16, 30  # letters: with fewer a detector guesses
_UNLIKELY, _VERY_UNLIKELY = 0.2, 0.005  # probability of the asked language: of a whole text, of one of its sentences


def language(subject: str, body: str, brief: Brief) -> list[Problem]:
    """Product names in quotation marks are no part of the language."""
    asked = brief.language
    text = _QUOTED.sub(" ", untagged(f"{subject}\n{body}".replace(brief.opt_out or "\0", " ")))
    if len(_LETTER.findall(text)) < _ENOUGH and not _CHINESE.search(text):
        return []
    found = _chinese(text) if asked == "zh" else _latin(text, asked)
    return [problem("language", found=found, asked=asked)] if found else []


def _chinese(text: str) -> str | None:
    """The script tells; one character stands for about three letters. No long stretch may be in another language."""
    chinese, letters = len(_CHINESE.findall(text)), len(_LETTER.findall(text))
    other = letters - chinese
    longest = max((len(one) for one in re.findall(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ' ,-]*", text)), default=0)
    return _detected(text, "zh")[0][0] if other > 3 * chinese or longest >= _SENTENCE_ENOUGH else None


def _latin(text: str, asked: str) -> str | None:
    if _CHINESE.search(text):
        return "zh"
    whole = " ".join(text.split())
    if wrong := _wrong(whole, asked, _UNLIKELY):
        return wrong
    sentences = [one.strip() for one in _SENTENCE.findall(text)]
    long = [one for one in sentences if len(_LETTER.findall(one)) >= _SENTENCE_ENOUGH]
    return next((wrong for one in long if (wrong := _wrong(one, asked, _VERY_UNLIKELY))), None)


def _wrong(text: str, asked: str, unlikely: float) -> str | None:
    ranked = _detected(text.casefold(), asked)
    best, chances = ranked[0][0], dict(ranked)
    return best if best != asked and chances.get(asked, 0.0) < unlikely else None


@lru_cache(maxsize=2048)
def _detected(text: str, asked: str) -> list[tuple[str, float]]:
    return [(str(name), float(chance)) for name, chance in _identifier("" if asked in LANGUAGES else asked).rank(text)]


@lru_cache(maxsize=4)
def _identifier(asked: str) -> Any:
    """With one language more than the usual ones, "" for none; loading it takes seconds, so the usual one is kept."""
    module: Any = import_module("py3langid.langid")
    found = module.LanguageIdentifier.from_model_file(module.MODEL_FILE, norm_probs=True)
    known = {str(one) for one in found.labels}
    found.set_languages(sorted({*LANGUAGES, asked} & known))
    return found
