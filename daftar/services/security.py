"""An embedded Elasticsearch with users and TLS: what it takes beside the usual configuration."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from daftar.services import node_files


@dataclass(frozen=True, slots=True)
class User:
    """A user of the file realm: `digest` is the bcrypt hash (`$2a$`) of the password."""

    name: str
    digest: str = field(repr=False)
    roles: tuple[str, ...] = ("superuser",)


@dataclass(frozen=True, slots=True)
class Security:
    """Users and TLS of a node: its certificate and key in PEM, the authority that signed it, and who may enter.

    `probe` is the name and the password by which the node is looked at while it starts. More users and roles can be
    put in through Elasticsearch itself.
    """

    certificate: Path
    key: Path
    authority: Path
    users: tuple[User, ...]
    probe: tuple[str, str] = field(repr=False)

    def settings(self) -> dict[str, object]:
        """The lines of elasticsearch.yml."""
        return {
            "xpack.security.enabled": True,
            "xpack.security.autoconfiguration.enabled": False,
            "xpack.security.http.ssl.enabled": True,
            "xpack.security.http.ssl.certificate": "http.crt",
            "xpack.security.http.ssl.key": "http.key",
        }

    def write(self, config: Path) -> None:
        """Put certificate, key and users into the folder of the configuration."""
        shutil.copyfile(self.certificate, config / "http.crt")
        shutil.copyfile(self.key, config / "http.key")
        roles: dict[str, list[str]] = {}
        for user in self.users:
            for role in user.roles:
                roles.setdefault(role, []).append(user.name)
        node_files.replace(config / "users", "".join(f"{user.name}:{user.digest}\n" for user in self.users))
        node_files.replace(config / "users_roles", "".join(f"{role}:{','.join(at)}\n" for role, at in roles.items()))
        for name in ("http.key", "users"):
            (config / name).chmod(0o600)
