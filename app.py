"""The server: warms the store before the first reader, adds a health route and security headers, serves the shell.

``streamlit run app.py`` and ``python app.py`` both start it.
"""

from __future__ import annotations

import base64
import gc
import hashlib
import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

log = logging.getLogger("insight")

# what only the operator may see, or what would let one visitor disturb all others
CLOSED = ("/_stcore/metrics", "/_stcore/agent")


def read_inline_scripts() -> list[str]:
    """Hashes of the scripts written into Streamlit's own page, for the content policy."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, flags=re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


HEADERS = {
    "content-security-policy": "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' {' '.join(read_inline_scripts())}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}


class Guard:
    """Adds the security headers and closes the operator's routes. Plain ASGI: it buffers nothing."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith(CLOSED):
            await PlainTextResponse("not found", status_code=404)(dict(scope), receive, send)
            return

        async def send_guarded(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (name.encode(), value.encode())
                        for name, value in HEADERS.items()
                        if name.encode() not in present
                    ),
                ]
            await send(message)

        await self.app(scope, receive, send_guarded if scope["type"] == "http" else send)


async def report_health(_: Request) -> JSONResponse:
    """Whether the server answers, and which snapshot it would show."""
    from insight.store import StoreError
    from insight.ui.data import find_snapshot

    try:
        snapshot = await anyio.to_thread.run_sync(find_snapshot)
    except StoreError:
        log.exception("The store cannot be read")
        return JSONResponse({"ok": False, "snapshot": None}, status_code=503)
    return JSONResponse({"ok": True, "snapshot": None if snapshot is None else snapshot.id})


def warm() -> None:
    """Import what every page imports, open the current snapshot and verify its files, so that no reader waits for it."""
    import altair  # noqa: F401
    import networkx  # noqa: F401
    import pandas  # noqa: F401
    import pyarrow  # noqa: F401

    import insight.demo
    import insight.publish  # noqa: F401
    from insight.store import StoreError
    from insight.ui.data import find_snapshot, make_key, open_for_readers
    from insight.warehouse import SnapshotOutdated

    try:
        snapshot = find_snapshot(thorough=True)
        if snapshot is not None:
            open_for_readers(make_key(snapshot))
    except (StoreError, SnapshotOutdated):
        log.exception("The store cannot be read")


@asynccontextmanager
async def live(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Everything heavy happens before the first reader; then what is loaded leaves the collector's sight.

    Streamlit collects garbage after every run; with these libraries loaded that is 60-180 ms of CPU a rerun.
    """
    await anyio.to_thread.run_sync(warm)
    gc.collect()
    gc.freeze()
    yield {}


app = st.App(
    "insight/shell.py",
    lifespan=live,
    routes=[Route("/healthz", report_health)],
    middleware=[Middleware(Guard)],
)

if __name__ == "__main__":
    app.run()
