"""The offer's own template, which two people agreed on: what stands where no model wrote, or none did well."""

from tools.offers.drafts.checks import check
from tools.offers.drafts.model import Brief, Written

AUTHOR = "template"
_TAG = "{{opt_out}}"


def template(brief: Brief, note: str | None, tries: int = 0) -> Written:
    """The template for the brief's language and channel, with the opt-out line where it lacks one."""
    texts = brief.offer.texts
    by_channel = texts.get(brief.language) or texts.get("en") or next(iter(texts.values()))
    text = by_channel.get(brief.channel) or by_channel.get("any") or next(iter(by_channel.values()))
    body = text.body.strip()
    if brief.opt_out and _TAG not in body and brief.opt_out not in body:
        body += f"\n\n{_TAG}" if brief.channel == "email" else f" {_TAG}"
    subject = text.subject if brief.channel == "email" else None
    return Written(subject, body, AUTHOR, note, check(subject, body, brief), tries)
