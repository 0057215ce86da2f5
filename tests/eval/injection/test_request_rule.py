"""The rule that tells requests for drafts from questions, on phrasings that were written for another end."""

from agent.provenance import Provenance, refusal
from agent.provenance.requests import asks_for_proposal
from eval.agent_suite import HELD_APART
from eval.cases import read_cases
from tools.contract import EFFECTS, Effect


def turns():
    """(what was said up to and with the turn, the expected call, the proposals expected before it)"""
    for case in (case for file in HELD_APART for case in read_cases(file)):
        said, made = [], []
        for turn in case.turns:
            said.append(turn.user)
            wanted = turn.expect[0]
            yield tuple(said), wanted, tuple(made)
            if wanted.tool and EFFECTS[wanted.tool] is Effect.PROPOSE:
                made.append(plain(wanted.args))


def plain(arguments):
    """Without references to tables, which only a run has."""
    kept = {key: value for key, value in arguments.items() if not (isinstance(value, dict) and "ref" in value)}
    return {key: value["~"] if isinstance(value, dict) and "~" in value else value for key, value in kept.items()}


def test_requests_for_drafts_and_campaigns_are_hardly_ever_refused():
    refused, asked = [], 0
    for said, wanted, made in turns():
        if wanted.tool is None or EFFECTS[wanted.tool] is not Effect.PROPOSE:
            continue
        asked += 1
        known = Provenance(said[-1], said, words=("a review",), proposed=made)
        if why := refusal(wanted.tool, plain(wanted.args), known, "en"):
            refused.append((said[-1], why))
    assert asked > 60
    assert len(refused) / asked < 0.06, refused


def test_questions_about_reviews_are_no_requests():
    reading = {"review_sentiment", "search_reviews", "sentiment_alerts"}
    asked = [said[-1] for said, wanted, _ in turns() if wanted.tool in reading]
    taken = [message for message in asked if asks_for_proposal(message)]
    assert len(asked) > 60
    assert len(taken) / len(asked) < 0.03, taken
