"""The templates: all render, all stay short, none keeps a hole."""

from pathlib import Path

import pytest

import prompts
from prompts import render

DRAFTS = ("body", "channel", "instruction", "language", "length", "problems", "subject", "tag", "tone")
VALUES = {
    "today": "Friday 9 December 2011 (2011-12-09)",
    "currency": "GBP",
    "text": "{{today}}",
    "numbers": "5",
    **{name: f"the {name}" for name in DRAFTS},
}
NAMES = sorted(path.stem for path in Path(prompts.__file__).parent.glob("*.md"))


@pytest.mark.parametrize("name", NAMES)
def test_every_template_renders(name):
    text = render(name, **VALUES)
    assert text == text.rstrip()
    assert "{{" not in text.replace("{{today}}", "" if name == "fence" else "{{")
    assert len(text) < 4_000


def test_values_are_not_templates_themselves():
    assert "{{today}}" in render("fence", text="{{today}}")


def test_a_missing_value_is_a_fault():
    with pytest.raises(KeyError):
        render("role-care")


@pytest.mark.parametrize("role", ["role-care", "role-marketer"])
def test_roles_state_the_rules(role):
    text = render(role, **VALUES)
    for rule in ("Every number", "approves", "budget", "consent", "data", "language of the question", "<email-1>"):
        assert rule in text
