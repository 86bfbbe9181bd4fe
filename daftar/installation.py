"""One installation: the services that belong to a data folder, started and stopped together."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from daftar.services import workers
from daftar.services.download import default_cache
from daftar.services.elasticsearch import Node
from daftar.services.page import Page
from daftar.services.prefect import Schedule, Server, prefect_environment
from flows.settings import Settings
from tasks.cluster import Target


@dataclass(frozen=True)
class Installation:
    """The services of these settings. Nothing runs until it is started."""

    settings: Settings

    @property
    def node(self) -> Node:
        """The embedded Elasticsearch."""
        settings = self.settings
        cache = settings.cache.expanduser().absolute() if settings.cache else default_cache()
        return Node(
            settings.home,
            cache,
            settings.elasticsearch_port,
            settings.elasticsearch_heap,
            java_options=tuple(settings.elasticsearch_java_options.split()),
        )

    @property
    def server(self) -> Server:
        """The local Prefect server."""
        return Server(self.settings.home, self.settings.prefect_port)

    @property
    def schedule(self) -> Schedule:
        """The process that runs the schedule."""
        return Schedule(self.settings.home)

    @property
    def page(self) -> Page:
        """The search page."""
        return Page(self.settings.home, self.settings.page_port)

    def elasticsearch_url(self) -> str | None:
        """The address of the Elasticsearch to use, if one is set or the embedded one runs."""
        return self.settings.elasticsearch_url or self.node.url()

    def target(self) -> Target:
        """Where daftar's indices are; raises Misconfigured when no Elasticsearch is known."""
        return self.settings.target(self.settings.find_elasticsearch())

    def start_services(self) -> tuple[str, str]:
        """Start what is missing of Elasticsearch and Prefect, side by side; returns both addresses.

        From here on `daftar down` knows this process as one that works for the installation.
        """
        workers.announce(self.settings.home)
        with ThreadPoolExecutor(max_workers=2) as pool:
            server = pool.submit(self.server.start)
            elasticsearch = self.settings.elasticsearch_url or self.node.start()
            return elasticsearch, server.result()

    def stop_services(self) -> None:
        """Stop everything that was started here; what is not running is left as it is."""
        self.page.stop()
        self.schedule.stop()
        self.server.stop()
        self.node.stop()

    def environment(self, prefect_url: str) -> dict[str, str]:
        """The environment of a process that works for this installation: its settings, and its Prefect."""
        settings = self.settings
        environ = prefect_environment(os.environ, settings.home, prefect_url)
        return environ | settings.to_environment()

    def enter(self, prefect_url: str) -> None:
        """Make this very process work for the installation; to be called before Prefect is imported."""
        levels = {f"PREFECT_LOGGING_HANDLERS_{handler}_LEVEL": "CRITICAL" for handler in ("CONSOLE", "DEBUG")}
        environ = self.environment(prefect_url) | levels
        os.environ.clear()
        os.environ.update(environ)
