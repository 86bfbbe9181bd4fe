"""What a refusal of Elasticsearch means, in words: credentials without the right, certificates that do not hold."""

import re
import ssl
from typing import Any, Final

_FORBIDDEN: Final = 403
_ACTION: Final = re.compile(r"action \[[^ ]+\]")
_DISTRUST: Final = re.compile(r"certificate verify failed: (.+?)\.? \(_ssl|(hostname .+ doesn't match .+)")


def explain_refusal(status: int, body: Any) -> str:
    """Say what was not allowed: `403, action [indices:data/write/bulk[s]]`; of a 401 there is only the number."""
    found = _ACTION.search(str(body)) if status == _FORBIDDEN else None
    return f"{status}, {found[0]}" if found else str(status)


def explain_distrust(url: str, ca_certs: str | None, error: BaseException | None) -> tuple[str, str]:
    """Say what is wrong with a server's certificate, or with what it is checked by; and what to do."""
    if ca_certs and not _is_authority(ca_certs):
        return f"The certificates in {ca_certs} cannot be read", "Name a file of certificates in PEM."
    found = _DISTRUST.search(str(error))
    reason = (found[1] or found[2]) if found else "TLS failed"
    return (
        f"The certificate of Elasticsearch at {url} is not trusted ({reason})",
        "Set DAFTAR_ELASTICSEARCH_CA_CERTS to the authority that signed it, or have it renewed.",
    )


def _is_authority(ca_certs: str) -> bool:
    try:
        ssl.create_default_context(cafile=ca_certs)
    except OSError:
        return False
    return True
