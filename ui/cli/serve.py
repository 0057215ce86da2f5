"""`winback app`: the application in the browser."""

import ipaddress
import logging
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from store.errors import WinbackError
from ui.cli.common import Home, ModelUrl, settings_for

if TYPE_CHECKING:
    from store.settings import Settings

HOST, PORT = "127.0.0.1", 7860


def app(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = HOST,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = PORT,
    behind_proxy: Annotated[
        bool, typer.Option(help="Trust X-Forwarded-For and -Proto of a proxy on this machine.")
    ] = False,
    home: Home = None,
    model_url: ModelUrl = None,
) -> None:
    """Open the application for care staff and marketers; Ctrl-C ends it."""
    serve(settings_for(home, model_url=model_url), host, port, behind_proxy=behind_proxy)


def serve(settings: "Settings", host: str = HOST, port: int = PORT, *, behind_proxy: bool = False) -> None:
    """Serves until Ctrl-C. Raises WinbackError where the address cannot be used, or may not before a user exists."""
    _refuse_open_doors(settings, host)
    with _listening(host, port) as place:
        import uvicorn

        from ui.app.server import create_app

        application = create_app(settings)
        server = uvicorn.Server(
            uvicorn.Config(
                application,
                log_level="warning",
                proxy_headers=behind_proxy,
                server_header=False,
                timeout_graceful_shutdown=3,
            )
        )
        logging.getLogger("asyncio").setLevel(logging.ERROR)
        threading.Thread(target=_tell, args=(server, host, port), daemon=True).start()
        with suppress(KeyboardInterrupt):
            server.run(sockets=[place])


def _refuse_open_doors(settings: "Settings", host: str) -> None:
    from store.access import list_users
    from store.ledger import Ledger

    if _is_loopback(host):
        return
    ledger = Ledger.open(settings.home, settings.ledger)
    try:
        if not list_users(ledger):
            raise WinbackError(
                f"Without users Winback listens on this machine only, not on {host}; "
                "run `winback users add NAME --role admin` first."
            )
    finally:
        ledger.close()


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        place = socket.socket(family, socket.SOCK_STREAM)
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind((host, port))
    except OSError as problem:
        raise WinbackError(
            f"{host}:{port} cannot be listened on ({problem.strerror}); choose another with --host and --port."
        ) from problem
    return place


def _tell(server: object, host: str, port: int) -> None:
    while not getattr(server, "started", False):
        time.sleep(0.05)
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"Winback is open at http://{shown}:{port} (Ctrl-C ends it).")
