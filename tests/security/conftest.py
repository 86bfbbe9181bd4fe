"""An embedded Elasticsearch with users and TLS, and in it the roles of the production set-up."""

import re
import secrets
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import bcrypt
import httpx
import pytest
import trustme
import yaml

from daftar.services.security import Security, User
from tasks.cluster import Target, connect
from tests.nodes import build_node

PROJECT = Path(__file__).resolve().parents[2]

ADMIN = "admin"


@dataclass(frozen=True)
class Guarded:
    """The node, as its administrator reaches it; `passwords` are those of the users of production."""

    target: Target
    passwords: dict[str, str]

    def enter(self, user: str, prefix: str = "daftar") -> Target:
        """The same Elasticsearch for one of those users."""
        return replace(self.target, prefix=prefix, basic_auth=(user, self.passwords[user]))


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_certs(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture(scope="session")
def guarded(authority: trustme.CA, ca_certs: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """The node with the roles and users that docker-compose.yml makes."""
    folder = tmp_path_factory.mktemp("guarded")
    issued = authority.issue_cert("127.0.0.1", "localhost")
    issued.private_key_pem.write_to_path(folder / "node.key")
    for number, blob in enumerate(issued.cert_chain_pems):
        blob.write_to_path(folder / "node.crt", append=number > 0)
    password = secrets.token_urlsafe(16)
    digest = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4, prefix=b"2a")).decode()
    probe = (ADMIN, password)
    security = Security(folder / "node.crt", folder / "node.key", Path(ca_certs), (User(ADMIN, digest),), probe)
    node = build_node(folder / "home", 19350, security=security)
    try:
        target = Target(node.start(), basic_auth=probe, ca_certs=ca_certs)
        yield Guarded(target, make_users(target))
    finally:
        node.remove()


def make_users(target: Target) -> dict[str, str]:
    """Do what the one-shot service `users` does; returns the passwords of the users."""
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    script: str = compose["services"]["users"]["command"][0]
    roles = re.findall(r"^put (role/\w+) '(.+?)'$", script, flags=re.MULTILINE | re.DOTALL)
    users = re.findall(r'^put (user/\w+) "(.+?)"$', script, flags=re.MULTILINE)
    assert len(roles) == len(users) == 3
    passwords: dict[str, str] = {}
    trusted = ssl.create_default_context(cafile=target.ca_certs)
    with httpx.Client(base_url=target.url, auth=target.basic_auth, verify=trusted, trust_env=False) as client:
        for path, body in roles:
            send(client, path, body)
        for path, body in users:
            name = path.removeprefix("user/")
            passwords[name] = secrets.token_urlsafe(16)
            send(client, path, re.sub(r"\$\$\w+", passwords[name], body.replace('\\"', '"')))
    return passwords


def send(client: httpx.Client, path: str, body: str) -> None:
    answer = client.put(f"/_security/{path}", content=body, headers={"content-type": "application/json"})
    assert answer.is_success, answer.text


@pytest.fixture
def prefix(guarded: Guarded) -> Iterator[str]:
    """A prefix of its own, of which the roles allow the indices; afterwards they are gone."""
    prefix = f"daftar-{secrets.token_hex(4)}"
    yield prefix
    client = connect(guarded.target)
    found = list(client.indices.get(index=f"{prefix}-*", features="aliases", allow_no_indices=True))
    if found:
        client.indices.delete(index=found)
        client.indices.delete_index_template(name=f"{prefix}-*")
