"""What asking a language model has taken so far."""

from dataclasses import dataclass


@dataclass
class Usage:
    """Counts since the start. `cached_tokens` are those of `input_tokens` that the server had read before."""

    answered: int = 0
    unusable: int = 0
    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0

    def add(self, other: "Usage") -> None:
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def cost(self, input_price: float, output_price: float) -> float:
        """In the currency of the prices, which are per million tokens."""
        return (self.input_tokens * input_price + self.output_tokens * output_price) / 1e6
