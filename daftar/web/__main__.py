"""The process that serves the search page: `python -m daftar.web --port 8017`. On loopback unless told otherwise."""

import argparse
import logging

import uvicorn

from daftar.services import ports
from daftar.web.app import LOOPBACK, build_app
from flows.settings import load_settings
from tasks.cluster import Target
from tasks.enrich.gazetteer import load_gazetteer


def find_target() -> Target:
    """Return the Elasticsearch of the settings, where it is now; raises Misconfigured when none is known."""
    settings = load_settings()
    return settings.target(settings.find_elasticsearch())


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(prog="python -m daftar.web", description=__doc__)
    parser.add_argument("--port", type=int, default=8017, help="the port on the loopback interface")
    parser.add_argument("--host", default=ports.HOST, help="the address to listen on, such as a container's")
    parser.add_argument(
        "--name", action="append", default=[], help="a further host name to answer to, when a proxy stands before"
    )
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # The client logs every request; the access log of people's searches is nobody's business.
    logging.getLogger("elastic_transport").setLevel(logging.WARNING)
    # Its tables take a second to read; the first reader should not wait for them.
    load_gazetteer()
    app = build_app(find_target, (*LOOPBACK, *asked.name))
    uvicorn.run(app, host=asked.host, port=asked.port, access_log=False, server_header=False, log_config=None)


if __name__ == "__main__":
    main()
