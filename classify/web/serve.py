"""Serves the page on the loopback, until it is stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from classify.access import Access
from classify.errors import UsageError
from classify.policy import Principal
from classify.web.app import Page

HOST = "127.0.0.1"


def serve(access: Access, me: Principal, port: int, opened: Callable[[str], object]) -> None:
    """Serve the page until it is stopped.

    Args:
        port: 0 for any that is free.
        opened: is told the address, with the key that opens the page.

    Raises:
        UsageError: the port is taken.
    """
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()  # who opens the address at once waits until it is served
        except (OSError, OverflowError) as error:
            raise UsageError(f"port {port} cannot be had: {error}, choose another with --port") from None
        host = f"{HOST}:{listener.getsockname()[1]}"
        page = Page.of(access, me, host)
        # No access log: addresses hold names of requests, and the first one the key.
        server = uvicorn.Server(uvicorn.Config(page.app(), log_level="error", access_log=False, server_header=False))
        opened(f"http://{host}/open?key={page.key}")
        server.run(sockets=[listener])
    finally:
        listener.close()
