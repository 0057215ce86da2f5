"""A person's question, made fit to be asked."""

from agent.clean import clean
from agent.sentences import sentence
from agent.window import cut_text
from store.errors import WinbackError

_READ_AT_MOST = 50_000


def read_question(text: str, limit: int) -> tuple[str, list[str]]:
    """The question, at most `limit` tokens long, and sentences on what was left out of it.

    Raises WinbackError when nothing is asked.
    """
    whole = clean(text[:_READ_AT_MOST]).strip()
    if not any(char.isalnum() for char in whole):
        raise WinbackError('Ask a question in words, for example: "How much did we sell last month?"')
    kept = cut_text(whole, limit).strip()
    notices: list[str] = []
    if len(kept) < len(whole) or len(text) > _READ_AT_MOST:
        notices.append(sentence("shortened", kept, number=len(kept)))
    return kept, notices
