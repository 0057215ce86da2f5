"""How drafts read: the answer first, the text as it is, one statement a line."""

from decimal import Decimal

from store.ledger import Draft, Message
from tools.behaviour.wording import money
from tools.offers.drafts.checks.length import segments
from tools.offers.drafts.keep import shown_id
from tools.offers.drafts.model import Brief, wording
from tools.offers.drafts.tags import as_sent
from tools.offers.drafts.writing import NO_MODEL
from tools.offers.funnel import Decided
from tools.offers.funnel.words import Words


class Telling:
    """Statements in one language."""

    def __init__(self, language: str) -> None:
        self._language, self._own = language, wording()[language]["told"]

    def say(self, key: str, **values: object) -> str:
        return self._own[key].format(**values)

    def lines(self, draft: Draft, message: Message, brief: Brief, reserved: Decimal, *, again: bool) -> list[str]:
        words = Words(self._language, brief.catalogue)
        about = self.say(
            "about",
            customer=draft.customer_id,
            offer=words.offer(draft.offer),
            channel=words.named("channels", draft.channel),
            language=self.language(draft.language),
            cost=money(reserved, brief.catalogue.currency),
            until=f"{draft.valid_until:%Y-%m-%d}" if draft.valid_until else "-",
        )
        subject = [self.say("subject", subject=message.subject)] if message.subject else []
        body = [line for line in message.body.splitlines() if line.strip()]
        return [
            self.say("again" if again else "saved", draft=shown_id(draft.id)),
            about,
            *subject,
            *body,
            *self._remarks(message, brief),
            self.say("approve"),
        ]

    def language(self, code: str) -> str:
        return self._own.get(f"language_{code}", code)

    def refused(self, decided: Decided, waiting: Draft | None) -> str:
        """Why no offer is possible, and what to do instead."""
        if decided.arm == "holdout":
            return self.say("holdout", customer=decided.customer_id)
        reason = Words(self._language, decided.catalogue).last_reason(decided.trace)
        keys = set(decided.trace[-1]["out"].values())
        if waiting is not None:
            return self.say("waiting", customer=decided.customer_id, draft=shown_id(waiting.id), reason=reason)
        advice = next(
            (one for one in ("no_consent", "cooldown", "cap") if any(key.startswith(one) for key in keys)), ""
        )
        return self.say(
            "refused", customer=decided.customer_id, reason=reason, advice=self.say(f"advice_{advice or 'other'}")
        )

    def _note(self, note: str) -> str:
        """Notes are kept in English; in Chinese the reason is told in short."""
        if self._language == "en":
            return note
        return self.say("note_no_model" if note == NO_MODEL else "note")

    def _remarks(self, message: Message, brief: Brief) -> list[str]:
        said = [self._note(message.note)] if message.note else []
        if message.channel == "sms":
            number, alphabet = segments(as_sent(message.body, brief))
            said.append(self.say("segments" if number > 1 else "segment", number=number, alphabet=alphabet))
        return said
