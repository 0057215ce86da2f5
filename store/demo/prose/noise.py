"""How people really type: typos, capitals, emoji, no punctuation, a stray tag."""

import random
import re

_MISSPELT = {
    "definitely": "definately", "received": "recieved", "quality": "qaulity", "really": "realy", "their": "there",
    "disappointed": "dissapointed", "beautiful": "beautifull", "customer": "costumer", "because": "becuase",
    "delivery": "delivary", "believe": "beleive", "expected": "exspected", "arrived": "arived", "the": "teh",
    "packaging": "packageing", "exactly": "exactely", "before": "befor", "would": "woud", "comfortable": "comfertable",
}  # fmt: skip
_MISTYPED_ZH = {
    "的": "得",
    "再": "在",
    "做": "作",
    "已经": "以经",
    "质量": "质良",
    "收到": "受到",
    "客服": "客户",
}
_TAGS = ("<p>{}</p>", "{}<br><br>", "<b>{}</b>", "&quot;{}&quot;", '<div class="review">{}</div>', "{}&nbsp;")


def roughen(rng: random.Random, text: str, language: str, emoji: list[str]) -> str:
    """The text as typed: mostly unchanged."""
    roll = rng.random()
    if language == "zh":
        return _roughen_chinese(rng, roll, text, emoji)
    if roll < 0.07:
        return typos(rng, text)
    if roll < 0.15:
        return text.lower().replace(".", "").replace(",", "")
    if roll < 0.18:
        return text.upper()
    if roll < 0.25:
        return f"{text} {_emoji(rng, emoji)}"
    if roll < 0.28:
        return text.rstrip(".") + "!" * rng.randint(1, 4)
    if roll < 0.295:
        return text.replace(". ", "... ")
    return rng.choice(_TAGS).format(text) if roll < 0.306 else text


def _roughen_chinese(rng: random.Random, roll: float, text: str, emoji: list[str]) -> str:
    if roll < 0.05:
        return _mistyped(rng, text)
    if roll < 0.13:
        return re.sub("[，。！]", " ", text).strip()
    if roll < 0.22:
        return text + _emoji(rng, emoji)
    if roll < 0.27:
        return text.rstrip("。！") + "！" * rng.randint(1, 3)
    if roll < 0.31:
        return text.rstrip("。") + rng.choice(["~", "～～", "……", "哈哈", "吧"])
    if roll < 0.34:
        return text.replace("，", ",").replace("。", ".")
    return rng.choice(_TAGS).format(text) if roll < 0.35 else text


def _emoji(rng: random.Random, emoji: list[str]) -> str:
    return rng.choice(emoji) * rng.choice([1, 1, 1, 2, 3])


def _mistyped(rng: random.Random, text: str) -> str:
    known = [right for right in _MISTYPED_ZH if right in text]
    if not known:
        return text
    right = rng.choice(known)
    return text.replace(right, _MISTYPED_ZH[right], 1)


def typos(rng: random.Random, text: str) -> str:
    """One to three words misspelt or mistyped."""
    words = text.split(" ")
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(words))
        words[at] = _MISSPELT.get(words[at]) or _slip(rng, words[at])
    return " ".join(words)


def _slip(rng: random.Random, word: str) -> str:
    if len(word) < 5 or not word.isalpha():
        return word
    at = rng.randrange(1, len(word) - 2)
    kind = rng.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if kind == 1 else word[:at] + word[at] + word[at:]
