"""Ports on the loopback interface."""

import socket
from typing import Final

HOST: Final = "127.0.0.1"


def choose(preferred: int) -> int:
    """Return `preferred` if nobody listens there, else a port that is free at this moment."""
    return preferred if is_free(preferred) else _free()


def is_free(port: int) -> bool:
    """Say whether nobody listens on `port` of the loopback interface."""
    with socket.socket() as probe:
        # A listener on all interfaces does not everywhere hinder binding to one of them, so it is called as well.
        if probe.connect_ex((HOST, port)) == 0:
            return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _free() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        number: int = probe.getsockname()[1]
    return number
