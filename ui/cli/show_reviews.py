"""The account of labelling a file."""

from typing import Any

from rich.console import Console


def show_labelled(figures: dict[str, Any]) -> None:
    """Rows, how they feel, what was remarked, and what the model took."""
    console = Console(highlight=False, soft_wrap=True)

    def say(sentence: str) -> None:
        console.print(sentence, markup=False)

    if figures["remark"]:
        say(figures["remark"])
    speed = f"{figures['seconds']:,.1f} s, {figures['rows_per_s']:,}/s"
    say(f"{figures['rows']:,} reviews labelled in {speed}, by {figures['version']}.")
    say(_counts(figures["by_sentiment"]))
    if figures["contradicting"]:
        column = figures["columns"]["contradicts_rating"]
        say(f"Ratings that contradict their text: {figures['contradicting']:,} (column {column}).")
    if figures["notes"]:
        say(f"Remarks: {_counts(figures['notes'])}")
    if figures["model"]:
        say(_model(figures))
    for plain, name in figures["columns"].items():
        if plain != name:
            say(f"The file has a column {plain} of its own, so the label's is {name}.")
    say(f"Written to {figures['out']}.")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items(), key=lambda item: -item[1])) + "."


def _model(figures: dict[str, Any]) -> str:
    used = figures["model"]
    cost = f", cost {figures['cost']:,.4f}" if figures["cost"] is not None else ""
    rate = used["answered"] / max(figures["seconds"], 0.01)
    before = figures["escalated"] - used["answered"] - used["unusable"]
    answered = f"{used['answered']:,} answered now, {rate:.1f}/s, {before:,} before, {used['unusable']:,} not"
    tokens = f"{used['input_tokens']:,} tokens in ({used['cached_tokens']:,} cached), {used['output_tokens']:,} out"
    return f"The model was given {figures['escalated']:,} ({answered}): {tokens}{cost}."
