"""Markdown templates: `{{name}}` is a value, `{{> other}}` takes in another template."""

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_INCLUDE = re.compile(r"\{\{>\s*([\w-]+)\s*\}\}")
_VALUE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def render(name: str, **values: object) -> str:
    """The template `name`.md with its values put in, without trailing blank space.

    Values are put in as they are: what looks like a template inside them stays text. A value that
    the template names and the caller does not give raises KeyError; an unknown template, FileNotFoundError.
    """
    return _VALUE.sub(lambda found: str(values[found[1]]), _source(name))


@cache
def _source(name: str) -> str:
    text = (_FOLDER / f"{name}.md").read_text(encoding="utf-8").rstrip()
    return _INCLUDE.sub(lambda found: _source(found[1]), text)
