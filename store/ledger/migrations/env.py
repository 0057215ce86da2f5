"""Alembic's entry: runs on the connection it is given, or from the command line on the one in alembic.ini."""

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel, create_engine

from store.ledger import models, offer_models  # noqa: F401


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(context.config.get_main_option("sqlalchemy.url") or "").connect() as own:
        run(own)
