"""The account service's queries: small ones that run for every request."""

from __future__ import annotations

from typing import Any

import classify

HANDLE = "SELECT account_id, handle, is_creator FROM accounts WHERE handle = %s"

# Whoever has forgotten a password is written to; nobody reads the address but the mailer.
RESET = """
    SELECT email
    FROM accounts
    WHERE account_id = %(account)s
      AND status = 'active'
"""


def by_handle(cursor: Any, handle: str) -> Any:
    """The account of a handle."""
    cursor.execute(HANDLE, (handle,))
    return cursor.fetchone()


def reset_address(cursor: Any, account: int) -> Any:
    """Where to send a link."""
    cursor.execute(RESET, {"account": account})
    return cursor.fetchone()


def hash_of(cursor: Any, account: int) -> Any:
    """What a password is compared with."""
    # classify: allow[CLS101] ceiling=restricted reason="the hash is compared here and nowhere else"
    cursor.execute("SELECT password_hash FROM accounts WHERE account_id = %s", (account,))
    return cursor.fetchone()


def debug_row(cursor: Any, account: int) -> Any:
    """Left over from an incident: everything about one account."""
    cursor.execute("SELECT * FROM accounts WHERE account_id = %s", (account,))
    return cursor.fetchone()


@classify.ceiling("public")
class Public:
    """What the page of a creator shows to anyone."""

    NAME = "SELECT display_name, bio FROM profiles WHERE account_id = %s"

    def page(self, cursor: Any, account: int) -> Any:
        cursor.execute(self.NAME, (account,))
        return cursor.fetchone()

    def joined(self, cursor: Any, account: int) -> Any:
        cursor.execute("SELECT created_at FROM accounts WHERE account_id = %s", (account,))
        return cursor.fetchone()
