"""The ledger's one door."""

import json
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session, SQLModel, col, or_, select

from store.errors import WinbackError
from store.ledger import keys
from store.ledger.engine import ledger_url, open_engine
from store.ledger.migrate import bring_up_to_date
from store.ledger.models import Consent, Contact, ContactBase, ToolCallAudit

_BATCH = 2000
_ALONE_KEY = 0x57696E63


class Ledger:
    """Contacts, consent, users and the audit of tool calls. Any number of threads and processes may use it at once.

    Every method raises WinbackError when the database cannot be reached or written.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, home: Path, url: str | None = None) -> "Ledger":
        """The ledger in HOME/ledger.db, or at `url` (SQLite or PostgreSQL); its tables are brought up to date."""
        place = ledger_url(home, url)
        if place.database and place.get_backend_name() == "sqlite":
            path = Path(place.database)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        engine = open_engine(place)
        with _one_sentence(engine):
            bring_up_to_date(engine)
        return cls(engine)

    @contextmanager
    def session(self) -> Generator[Session]:
        """A session that commits when the block ends and rolls back when it raises."""
        with _one_sentence(self._engine), Session(self._engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def exclusive(self) -> Generator[Session]:
        """A session like `session`, but only one exists at a time over all processes; others wait for it.

        For what is read first and written on the strength of it, such as budgets and contact caps.
        """
        with _one_sentence(self._engine), Session(self._engine, expire_on_commit=False) as session:
            connection = session.connection()
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ALONE_KEY})
            yield session
            session.commit()

    def record_tool_call(self, entry: ToolCallAudit, session: Session | None = None) -> None:
        """Append to the audit, in `session` if one is given, so that it stands or falls with what is done there.

        Values that no database can hold are written as nearly as possible.
        """
        entry.arguments = _storable(entry.arguments)
        entry.error, entry.definition = _clean(entry.error), _clean(entry.definition)
        if session is not None:
            session.add(entry)
            return
        with self.session() as own:
            own.add(entry)

    def customers_by_contact(self, value: str) -> list[str]:
        """The ids of the customers with this e-mail address, phone number or name, however it is written."""
        if not value.strip():
            return []
        with self.session() as session:
            if keys.kind_of(value) == "phone":
                return _by_phone(session, value)
            if keys.kind_of(value) == "email":
                matches = col(Contact.email_key) == keys.email_key(value)
            else:
                names = keys.name_candidates(value)
                matches = or_(col(Contact.name_key).in_(names), col(Contact.last_name_key).in_(names))
            return sorted(session.exec(select(Contact.customer_id).where(matches)))

    def contact_of(self, customer_id: str) -> ContactBase | None:
        """Who a customer is, or None."""
        with self.session() as session:
            contact = session.get(Contact, customer_id)
            return ContactBase.model_validate(contact.model_dump()) if contact else None

    def consent_of(self, customer_id: str) -> dict[str, bool]:
        """Channel by channel, whether the customer may be written to; empty where nothing is known."""
        wanted = select(Consent.channel, Consent.granted).where(col(Consent.customer_id) == customer_id)
        with self.session() as session:
            return dict(session.exec(wanted.order_by(col(Consent.channel))).all())

    def add_contacts(self, contacts: Iterable[ContactBase]) -> int:
        """Add contacts, replacing those of the same customer; all or none. Returns how many were given."""
        return self._upsert(Contact, map(_contact_row, contacts))

    def add_consents(self, consents: Iterable[Consent]) -> int:
        """Add consents, replacing those of the same customer and channel; all or none. Returns how many were given."""
        return self._upsert(Consent, (consent.model_dump() for consent in consents))

    def close(self) -> None:
        self._engine.dispose()

    def _upsert(self, model: type[SQLModel], rows: Iterator[dict[str, Any]]) -> int:
        count = 0
        with _one_sentence(self._engine), self._engine.begin() as connection:
            while batch := list(islice(rows, _BATCH)):
                _upsert_batch(connection, model, batch)
                count += len(batch)
        return count


def _upsert_batch(connection: Connection, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    table = cast("Table", vars(model)["__table__"])
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    key = [column.name for column in table.primary_key]
    changed = {column.name: column for column in statement.excluded if column.name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), rows)


def _contact_row(contact: ContactBase) -> dict[str, Any]:
    return {
        "customer_id": contact.customer_id,
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "email": contact.email,
        "phone": contact.phone,
        "locale": contact.locale,
        "email_key": keys.email_key(contact.email),
        "phone_key": keys.phone_key(contact.phone),
        "name_key": keys.name_key(contact.first_name, contact.last_name),
        "last_name_key": keys.name_key(None, contact.last_name),
    }


def _by_phone(session: Session, value: str) -> list[str]:
    near = select(Contact.customer_id, Contact.phone).where(col(Contact.phone_key) == keys.phone_key(value))
    return sorted(customer for customer, phone in session.exec(near) if keys.same_phone(phone or "", value))


def _storable(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments as every database holds them: plain JSON, without NaN."""
    return json.loads(json.dumps(_clean(arguments), default=str), parse_constant=str)


def _clean(value: Any) -> Any:
    """The value without what a database refuses in text: NUL and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list):
        return [_clean(one) for one in cast("list[Any]", value)]
    return value


@contextmanager
def _one_sentence(engine: Engine) -> Generator[None]:
    try:
        yield
    except DatabaseError as problem:
        if type(problem) not in {DatabaseError, OperationalError}:
            raise
        reason = str(problem.orig).strip().splitlines()[0] if problem.orig else "it does not answer"
        where = engine.url.render_as_string(hide_password=True)
        raise WinbackError(f"The ledger at {where} cannot be used ({reason}); check WINBACK_LEDGER.") from problem
