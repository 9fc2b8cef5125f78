"""What is answered, and to whom: the browser that was given the key at the start, from this machine, and no other.

The page is served on the loopback alone, where other users of the machine come too, and pages of the internet that try.
The key makes strangers of the first; the name of the host, and the token in each form, of the second. A browser sends
its cookie to every port of this machine, so that it is bound to an address that nobody else knows.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from attrs import frozen
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from classify.access import Access, Entry, State
from classify.access.entry import duration_of
from classify.access.log import Log
from classify.access.replay import verify_store
from classify.audit.note import encoded
from classify.errors import ClassifyError, UsageError
from classify.policy import NeedsApproval, Principal
from classify.web.pages import STYLE, Pages

_COOKIE = "classify"
_MOST_BYTES = 10_000
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",  # with none at all, forms would not say whose they are
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}

Endpoint = Callable[[Request], Awaitable[Response]]


@frozen(eq=False, repr=False)
class Page:
    """The page of one approver.

    Attributes:
        me: for whom it is; each step is theirs.
        host: `127.0.0.1:PORT`, the only name that it answers to.
        key: that opens it once, as a part of the address.
    """

    access: Access
    me: Principal
    host: str
    key: str
    pages: Pages
    _session: str
    _token: str

    @classmethod
    def of(cls, access: Access, me: Principal, host: str) -> Page:
        key, base, session, token = (secrets.token_urlsafe(32) for _ in range(4))
        return cls(access, me, host, key, Pages(me.id, f"/{base}/"), session, token)

    def app(self) -> Starlette:
        """The application, to be served."""
        base, guarded = self.pages.base, self._guarded
        return Starlette(
            routes=[
                Route("/open", guarded(self._open, is_open=True)),
                Route(f"{base}style.css", guarded(self._style)),
                Route(base, guarded(self._pending)),
                Route(f"{base}history", guarded(self._history)),
                Route(f"{base}log", guarded(self._log)),
                Route(f"{base}requests/{{name}}", guarded(self._request)),
                Route(f"{base}requests/{{name}}/approve", guarded(self._approve), methods=["POST"]),
                Route(f"{base}requests/{{name}}/deny", guarded(self._deny), methods=["POST"]),
            ]
        )

    def _guarded(self, endpoint: Endpoint, *, is_open: bool = False) -> Endpoint:
        """An endpoint that answers nobody else, and tells what is wrong in a page."""

        async def guarded(request: Request) -> Response:
            if request.headers.get("host") != self.host:
                return self._answer(Response("This page has another name.", 421))
            session = request.cookies.get(_COOKIE, "")
            if not is_open and not secrets.compare_digest(session.encode(), self._session.encode()):
                return self._answer(Response("Open the address that was printed when this page was started.", 403))
            try:
                return self._answer(await endpoint(request))
            except ClassifyError as error:
                return self._answer(HTMLResponse(self.pages.refused(str(error)), 409))
            except Exception as error:  # noqa: BLE001  # the last stop: nothing of it is shown
                kind = type(error).__name__
                message = f"A fault of classify itself ({kind}): please report it with what you did."
                return self._answer(HTMLResponse(self.pages.refused(message), 500))

        return guarded

    @staticmethod
    def _answer(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    # -- what is shown

    async def _open(self, request: Request) -> Response:
        if not secrets.compare_digest(request.query_params.get("key", "").encode(), self.key.encode()):
            return Response("Open the address that was printed when this page was started.", 403)
        # The key leaves the address at once, and does not stand in the browser's history as a page.
        response = RedirectResponse(self.pages.base, 303)
        response.set_cookie(_COOKIE, self._session, path=self.pages.base, httponly=True, samesite="strict")
        return response

    async def _style(self, _: Request) -> Response:
        return Response(STYLE, media_type="text/css")

    async def _pending(self, _: Request) -> Response:
        return HTMLResponse(self.pages.pending(self.access.entries(states=(State.PENDING,))))

    async def _history(self, _: Request) -> Response:
        return HTMLResponse(self.pages.history(self.access.entries()))

    async def _log(self, _: Request) -> Response:
        found, wrong = verify_store(self.access.store)
        if found.broken is not None:
            wrong = [str(found.broken), *wrong]
        checkpoint = found.checkpoint(Log(self.access.store).origin())
        return HTMLResponse(self.pages.log(checkpoint.origin, checkpoint.size, encoded(checkpoint.root), wrong))

    async def _request(self, request: Request) -> Response:
        return self._shown(self.access.entry(request.path_params["name"]))

    def _shown(self, entry: Entry, said: str = "", status: int = 200) -> Response:
        decision = self.access.weighed(entry)
        why = decision if isinstance(decision, NeedsApproval) else None
        return HTMLResponse(self.pages.request(entry, why, self._token, said), status)

    # -- what is done

    async def _approve(self, request: Request) -> Response:
        form = await self._form(request)
        text = form.get("for", "").strip()
        length = duration_of(text) if text else None
        return self._done(request, lambda name: self.access.approve(name, self.me, for_at_most=length))

    async def _deny(self, request: Request) -> Response:
        form = await self._form(request)
        reason = form.get("reason", "").strip()
        if not reason:
            raise UsageError("who refuses says why")
        return self._done(request, lambda name: self.access.deny(name, self.me, reason=reason))

    def _done(self, request: Request, step: Callable[[str], Entry]) -> Response:
        entry = self.access.entry(request.path_params["name"])
        try:
            entry = step(entry.id)
        except ClassifyError as error:
            return self._shown(self.access.entry(entry.id), str(error), 409)
        return RedirectResponse(f"{self.pages.base}requests/{entry.id}", 303)

    async def _form(self, request: Request) -> dict[str, str]:
        """The fields of a form of ours.

        Raises:
            UsageError: it is none, or of another page.
        """
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _MOST_BYTES:
                raise UsageError("the form is too long")
        fields: dict[str, Any] = parse_qs(body.decode(errors="replace"), keep_blank_values=True)
        found = {name: values[-1] for name, values in fields.items()}
        origin = request.headers.get("origin")
        is_ours = origin is None or origin == f"http://{self.host}"
        if not is_ours or not secrets.compare_digest(found.get("token", "").encode(), self._token.encode()):
            raise UsageError("the form is of another page: open the request again")
        return found
