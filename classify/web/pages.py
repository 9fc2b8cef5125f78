"""The pages, as HTML: no script, nothing from elsewhere, and every text escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from attrs import frozen

from classify.access import Entry, State
from classify.access.entry import duration_text
from classify.policy import NeedsApproval

STYLE = """\
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --red: #c62828; --green: #2e7d32; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
nav a { margin-right: 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
pre { background: var(--soft); padding: 1rem; overflow-x: auto; white-space: pre-wrap; }
form { border: 1px solid var(--line); padding: 1rem; margin: 1rem 0; }
input { font: inherit; padding: .3rem; width: 100%; box-sizing: border-box; margin: .2rem 0 .8rem; }
button { font: inherit; padding: .4rem 1.2rem; cursor: pointer; color: #fff; border: 0; border-radius: .2rem; }
button.yes { background: var(--green); } button.no { background: var(--red); }
.said { padding: .6rem 1rem; background: var(--soft); border-left: 4px solid var(--red); }
"""


@frozen
class Pages:
    """The pages of one approver.

    Attributes:
        who: they.
        base: that all addresses begin with.
    """

    who: str
    base: str

    def pending(self, entries: Iterable[Entry]) -> str:
        """What waits for somebody."""
        rows = [
            self._row(
                entry,
                f"{entry.requester}, {entry.request.principal.region or 'unknown'}",
                entry.request.purpose or "unknown",
            )
            + f"<td>{_columns(entry)}</td><td>{_list(entry.missing)}</td></tr>"
            for entry in entries
        ]
        if not rows:
            return self._page("Pending requests", "<p>Nothing waits for anybody.</p>")
        return self._page("Pending requests", _table(("Request", "Who", "What for", "Touches", "Missing"), rows))

    def history(self, entries: Iterable[Entry]) -> str:
        """What became of requests."""
        rows = [
            self._row(entry, f"{entry.made_at:%Y-%m-%d %H:%M}", entry.requester)
            + f"<td>{_state(entry)}</td><td>{_agreed(entry)}</td></tr>"
            for entry in entries
        ]
        return self._page("History", _table(("Request", "Made (UTC)", "Who", "State", "Agreed"), rows))

    def request(self, entry: Entry, why: NeedsApproval | None, token: str, said: str = "") -> str:
        """One request: what approvers agree to, why it needs them, and the two buttons.

        Args:
            why: what the policy says of it now, or None where nothing is missing.
            token: that the forms hand back.
            said: what went wrong with the last try.
        """
        parts = [f'<p class="said">{escape(said)}</p>'] if said else []
        parts.append(f"<p>{_state(entry)}. {_agreed(entry)}</p><pre>{escape(entry.rendering)}</pre>")
        if why is not None:
            reasons = (f"<li>{escape(str(reason))}</li>" for reason in why.reasons if reason.effect == "require")
            parts.append(f"<h2>Why it needs them</h2><ul>{''.join(reasons)}</ul>")
        if entry.state is State.PENDING:
            usual = duration_text(entry.for_at_most)
            parts += [
                self._form(
                    f"{entry.id}/approve",
                    token,
                    f"<label>For at most, if less than {usual} "
                    f'<input name="for" pattern="[1-9][0-9]{{0,4}}[mhd]" placeholder="{usual}"></label>'
                    '<button class="yes">Agree</button>',
                ),
                self._form(
                    f"{entry.id}/deny",
                    token,
                    '<label>Why not <input name="reason" maxlength="500" required></label>'
                    '<button class="no">Refuse, for good</button>',
                ),
            ]
        return self._page(f"Request {entry.id[:8]}", "".join(parts))

    def log(self, origin: str, size: int, root: str, wrong: Iterable[str]) -> str:
        """How long the log is, its root, and whether it is whole."""
        broken = "".join(f'<p class="said">{escape(one)}</p>' for one in wrong)
        return self._page(
            "The log",
            f"{broken or '<p>It is whole, and the tables say the same.</p>'}"
            f"<pre>{escape(origin)}\n{size}\n{escape(root)}</pre>"
            "<p>These are the lines of a checkpoint. One that is signed and held by others is made by "
            "<code>classify audit checkpoint</code>.</p>",
        )

    def refused(self, message: str) -> str:
        """Why something is not done."""
        return self._page("Not done", f'<p class="said">{escape(message)}</p>')

    def _page(self, title: str, body: str) -> str:
        links = (("", "Pending"), ("history", "History"), ("log", "Log"))
        nav = "".join(f'<a href="{self.base}{place}">{name}</a>' for place, name in links)
        return (
            "<!doctype html>\n"
            f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
            '<meta name="viewport" content="width=device-width">'
            f'<link rel="stylesheet" href="{self.base}style.css"></head>\n'
            f"<body><nav>{nav}You are {escape(self.who)}</nav>\n"
            f"<main><h1>{escape(title)}</h1>\n{body}</main></body></html>\n"
        )

    def _row(self, entry: Entry, *cells: str) -> str:
        """The beginning of a row: the request, and some texts."""
        link = f'<a href="{self.base}requests/{entry.id}">{entry.id[:8]}</a>'
        return f"<tr><td>{link}</td>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells)

    def _form(self, place: str, token: str, fields: str) -> str:
        hidden = f'<input type="hidden" name="token" value="{escape(token)}">'
        return f'<form method="post" action="{self.base}requests/{place}">{hidden}{fields}</form>'


def _table(names: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th>{name}</th>" for name in names)
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _columns(entry: Entry) -> str:
    names = sorted(entry.touched.columns.items())
    return "<br>".join(f"{escape(name)} <small>{escape(str(label))}</small>" for name, label in names[:8]) + (
        f"<br>and {len(names) - 8} more" if len(names) > 8 else ""
    )


def _list(lines: Iterable[str]) -> str:
    return "<br>".join(map(escape, lines))


def _state(entry: Entry) -> str:
    ends = f" until {entry.ends:%Y-%m-%d %H:%M} UTC" if entry.ends is not None else ""
    return escape(f"{str(entry.state).replace('_', ' ').capitalize()}{ends}")


def _agreed(entry: Entry) -> str:
    names = [
        one.approval.approver.id + (f" for {one.approval.acting_for}" if one.approval.acting_for else "")
        for one in entry.given
    ]
    return f"Agreed: {escape(', '.join(names))}" if names else "Nobody has agreed"
