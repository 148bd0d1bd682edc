"""Roles with least rights on PostgreSQL: one that loads, one that reads.

Revision 0008, after 0007. Nothing on SQLite. The rights follow the tables' names, so that they are
given by the names that are there; ``sql.migrate`` gives them again after later revisions.
"""

from alembic import op

from sql import roles

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    roles.grant(op.get_bind())


def downgrade() -> None:
    roles.revoke(op.get_bind())
