"""All settings, from the environment (`DAFTAR_…`) or from `.env` in the project folder; checked at start."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from mappings import REFRESH
from tasks.cluster import Target
from tasks.errors import Misconfigured


class Settings(BaseSettings):
    """Where things are and how they run; every field is `DAFTAR_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="DAFTAR_", env_file=".env", extra="ignore")

    folder: Path = Field(Path("seeds"), description="The folder that is watched.")
    interval: Annotated[float, Field(ge=1)] = Field(300, description="Seconds between two scheduled runs.")
    events: bool = Field(True, description="Start a run at once when a file changes.")
    settle: Annotated[float, Field(ge=0)] = Field(2, description="Seconds a file must stand still to be read.")
    file_limit: Annotated[int, Field(gt=0)] = Field(
        64 * 1024 * 1024, description="Bytes; a larger file is quarantined."
    )
    runner: Literal["threads", "processes", "dask", "ray"] = Field("threads", description="Where batches run.")
    workers: Annotated[int, Field(ge=1)] = Field(3, description="Batches at one time; for two cores three.")
    cluster_address: str | None = Field(None, description="Dask's or Ray's cluster; without it one on this machine.")

    elasticsearch_url: str | None = Field(None, description="A cluster of major 9; without it the embedded one.")
    elasticsearch_api_key: SecretStr | None = Field(None, description="The key for that cluster.")
    elasticsearch_username: str | None = Field(None, description="A user of that cluster, in place of a key.")
    elasticsearch_password: SecretStr | None = Field(None, description="The user's password.")
    elasticsearch_ca_certs: Path | None = Field(None, description="The authority its certificate is checked by.")
    elasticsearch_port: Annotated[int, Field(gt=0, lt=65536)] = Field(9200, description="The embedded one's port.")
    elasticsearch_heap: str = Field("512m", pattern=r"^\d+[kmg]$", description="The embedded one's heap.")
    elasticsearch_java_options: str = Field("", description="More options for the embedded one's Java.")
    patience: Annotated[float, Field(ge=0)] = Field(
        60, description="Seconds a run waits for an Elasticsearch that does not answer, before it fails."
    )
    index_prefix: str = Field("daftar", pattern=r"^[a-z0-9][a-z0-9_.-]*$", description="Before all index names.")
    index_shards: Annotated[int, Field(ge=1)] = Field(1, description="Primary shards of a new index.")
    index_replicas: str = Field("0-1", description="Replicas of a new index: a range to expand to.")
    index_refresh: str = Field(
        REFRESH, pattern=r"^([1-9]\d*(ms|s|m)|-1)$", description="How often a new index shows what is being written."
    )

    prefect_port: Annotated[int, Field(gt=0, lt=65536)] = Field(4200, description="The local Prefect's port.")
    prefect_patience: Annotated[float, Field(gt=0)] = Field(
        40, description="Seconds without an answer of Prefect's server after which a run ends itself."
    )
    page_port: Annotated[int, Field(gt=0, lt=65536)] = Field(8017, description="The search page's port.")

    webhook: SecretStr | None = Field(None, description="Called when an operator is needed.")

    kibana_url: str | None = Field(
        None, description="A Kibana of 9.4 or later, with the path of its space if it has one."
    )
    kibana_api_key: SecretStr | None = Field(None, description="The key for that Kibana.")
    kibana_username: str | None = Field(None, description="A user of that Kibana, in place of a key.")
    kibana_password: SecretStr | None = Field(None, description="The user's password.")
    kibana_ca_certs: Path | None = Field(None, description="The authority its certificate is checked by.")
    page_url: str | None = Field(None, description="Where analysts open the search page; without it on this machine.")

    home: Path = Field(Path(".daftar"), description="Data of this installation.")
    cache: Path | None = Field(None, description="The unpacked Elasticsearch; without it the user's cache folder.")

    def to_environment(self) -> dict[str, str]:
        """These settings as variables, secrets in the clear: for the environment of a child process."""
        values = ((name, value) for name, value in self if value is not None)
        return {
            f"DAFTAR_{name.upper()}": value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in values
        }

    def find_elasticsearch(self) -> str:
        """The address of the Elasticsearch to use: the one that is set, or the embedded one of this installation.

        Raises Misconfigured when neither is there.
        """
        if self.elasticsearch_url:
            return self.elasticsearch_url
        try:
            return _read_address(self.home / "elasticsearch" / "node.json")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Misconfigured(
                "No Elasticsearch runs for this installation",
                "Start it with `daftar up`, or set DAFTAR_ELASTICSEARCH_URL.",
            ) from error

    def target(self, url: str) -> Target:
        """The Elasticsearch at `url` with these credentials and this prefix."""
        key = self.elasticsearch_api_key
        certs = self.elasticsearch_ca_certs
        password = self.elasticsearch_password
        return Target(
            url=url,
            prefix=self.index_prefix,
            api_key=key.get_secret_value() if key else None,
            ca_certs=str(certs) if certs else None,
            basic_auth=(self.elasticsearch_username, password.get_secret_value())
            if self.elasticsearch_username and password
            else None,
        )

    def find_page_url(self) -> str:
        """The address of the search page for links to it: the one that is set, or the one on this machine."""
        if self.page_url:
            return self.page_url
        try:
            # Its port is another one when the preferred one was taken.
            return _read_address(self.home / "page.json")
        except (OSError, ValueError, KeyError, TypeError):
            return f"http://127.0.0.1:{self.page_port}"


def _read_address(note: Path) -> str:
    """Return the address on this machine that a service's note names."""
    return f"http://127.0.0.1:{int(json.loads(note.read_text(encoding='utf-8'))['port'])}"


def load_settings(**changes: Any) -> Settings:
    """Read the settings; `changes` win over the environment.

    Raises Misconfigured that names the variable when a value is of the wrong kind. Folders become absolute.
    """
    try:
        settings = Settings(**changes)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise Misconfigured(
            f"DAFTAR_{name} is not usable: {first['msg']}", "Correct it in the environment or in .env."
        ) from None
    return settings.model_copy(
        update={
            "folder": settings.folder.expanduser().absolute(),
            "home": settings.home.expanduser().absolute(),
        }
    )
