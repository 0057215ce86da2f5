"""Phrases of the conversation that the tools would understand as a country."""

from agent.bundled import spans
from tools.words.countries import find_country

_LONGEST = 8


def readable(argument: str, said: list[str]) -> list[str]:
    """What an argument of this name could be; empty where the tools cannot tell in advance."""
    if argument == "country":
        return [phrase for phrase in spans.phrases(said[-4:], _LONGEST) if find_country(phrase)]
    return []
