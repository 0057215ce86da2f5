"""Briefs over the demo catalogue, and models that answer as they are told."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import Field

from tests.agent.scripted import ScriptedModel
from tools.offers import catalogue as catalogues
from tools.offers.catalogue import parse_catalogue
from tools.offers.drafts import Brief

CATALOGUE = parse_catalogue(Path(catalogues.__file__).with_name("demo.yaml").read_text("utf-8"))
UNTIL = datetime(2026, 12, 26, 18)
LANGUAGES = ("en", "zh", "de", "fr", "es", "nl")
TONES = ("warm", "formal", "playful", "apologetic")
GOOD = (
    "Hi {{first_name}}, 10% off your next order (£15 off at most) with code {{code}} until {{valid_until}}. {{opt_out}}"
)


def brief(offer: str = "ten_percent_off", channel: str = "email", language: str = "en", **more: Any) -> Brief:
    settled = {"tone": "warm", "valid_until": UNTIL, "customer_id": None, **more}
    return Brief(offer=CATALOGUE.offer(offer), catalogue=CATALOGUE, channel=channel, language=language, **settled)


def free_model(*texts: tuple[str, str] | str) -> ScriptedModel:
    """Reads rules and writes these texts, one after the other."""
    return ScriptedModel(
        replies=[one if isinstance(one, str) else json.dumps({"subject": one[0], "body": one[1]}) for one in texts]
    )


class Chooser(ScriptedModel):
    """Cannot read rules: takes the option at `take` of every part of the schema it is given."""

    replies: list[Any] = Field(default_factory=list[Any])
    reads_rules: bool = False
    take: int = 0
    schemas: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        schema = kwargs["response_format"]["json_schema"]["schema"]
        self.schemas.append(schema)
        parts = {name: one["enum"][self.take % len(one["enum"])] for name, one in schema["properties"].items()}
        self.replies = [*self.replies, json.dumps(parts)]
        return super()._generate(messages, stop, run_manager)
