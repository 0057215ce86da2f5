"""What the tokens of one conversation stand for."""

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r"<(?:email|phone|name)-\d+>")


@dataclass
class Vault:
    """Tokens `<email-1>`, `<phone-1>`, `<name-1>` and the values they stand for.

    `values` holds every token of the conversation; `own` those that the present actor typed.
    """

    values: dict[str, str] = field(default_factory=dict[str, str])
    own: set[str] = field(default_factory=set[str])

    def token(self, kind: str, value: str) -> str:
        """The token for a value the actor typed: the one it has, or a new one."""
        wanted = _key(kind, value)
        for token, known in self.values.items():
            if token.startswith(f"<{kind}-") and _key(kind, known) == wanted:
                break
        else:
            token = f"<{kind}-{sum(other.startswith(f'<{kind}-') for other in self.values) + 1}>"
            self.values[token] = value
        self.own.add(token)
        return token

    def known(self, kind: str, value: str) -> str | None:
        """The token that already stands for `value`, if any."""
        wanted = _key(kind, value)
        return next((t for t, v in self.values.items() if t.startswith(f"<{kind}-") and _key(kind, v) == wanted), None)

    def reveal(self, text: str) -> str:
        """The text with the actor's own words put back; other people's tokens stay."""
        return _TOKEN.sub(lambda found: self.values[found[0]] if found[0] in self.own else found[0], text)


def _key(kind: str, value: str) -> str:
    if kind == "phone":
        return re.sub(r"\D", "", value)
    return " ".join(value.casefold().split())
