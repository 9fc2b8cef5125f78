"""Run by alembic: changes the tables over the connection that it is given, in that connection's transaction."""

from alembic import context

from classify.access.tables import METADATA, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
context.run_migrations()
