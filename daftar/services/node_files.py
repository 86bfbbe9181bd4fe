"""The files around an embedded Elasticsearch: where they lie, whose they are, what is in them."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from daftar.services import processes
from daftar.services.ports import HOST

# Where data go that the node's account cannot reach in the project's data folder.
_STATE = Path("/var/lib/daftar")
# What the distribution sets, with our heap and without its garbage collector logs (up to 2 GB) and heap dumps.
_JVM_OPTIONS = """\
-Xms{heap}
-Xmx{heap}
-XX:+UseG1GC
-Djava.io.tmpdir=${{ES_TMPDIR}}
20-:--add-modules=jdk.incubator.vector
23:-XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.setAsTypeCache
23:-XX:CompileCommand=dontinline,java/lang/invoke/MethodHandle.asTypeUncached
-Dorg.apache.lucene.store.defaultReadAdvice=normal
-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1
-XX:+ExitOnOutOfMemoryError
-XX:ErrorFile=hs_err_pid%p.log
"""

# One readable log of at most 60 MB instead of eight; what is worse than information also goes to the output.
_LOGGING = """\
status = error
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = ${sys:es.logs.base_path}/elasticsearch.log
appender.file.filePattern = ${sys:es.logs.base_path}/elasticsearch-%i.log
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %marker%m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 20MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 2
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %marker%m %consoleException%n
appender.console.filter.threshold.type = ThresholdFilter
appender.console.filter.threshold.level = error
# It looks for a module that is not in this distribution, and says so at every stop.
logger.geoip.name = org.elasticsearch.xpack.geoip.EnterpriseGeoIpDownloaderLicenseListener
logger.geoip.level = fatal
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
rootLogger.appenderRef.console.ref = console
"""

# Where the output says why a node died, the most telling first.
_REASONS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        # 1. the server itself, 2. to 5. Java, 6. the launcher, 7. whatever came last.
        r"fatal exception while booting Elasticsearch\s*(?:[\w.$]+: )?(.+)",
        r"^Error occurred during initialization of .+\n(.+)",
        r"^(Invalid .+|Unrecognized .+)",
        r"^# (There is insufficient memory .+)",
        r"^Exception in thread \S+ (.+)",
        r"^ERROR: (.+)",
        r"(\S.*)\s*\Z",
    )
)


def settings(cluster_name: str, folder: Path, port: int) -> dict[str, object]:
    """Compose the contents of elasticsearch.yml for a node that writes below `folder`."""
    watermark = "cluster.routing.allocation.disk.watermark"
    return {
        "cluster.name": cluster_name,
        "node.name": "daftar",
        # A list, because a plain string would be cut at commas.
        "path.data": [str(folder / "data")],
        "path.logs": str(folder / "logs"),
        "path.repo": [str(folder / "snapshots")],
        "http.host": HOST,
        "http.port": port,
        "transport.host": HOST,
        "transport.port": 0,
        "discovery.type": "single-node",
        "xpack.security.enabled": False,
        "action.auto_create_index": False,
        # The defaults are shares of the disk: a large one that is nine tenths full would stop a small archive.
        f"{watermark}.low": "2gb",
        f"{watermark}.high": "1gb",
        f"{watermark}.flood_stage": "500mb",
    }


def configure(
    folder: Path,
    cluster_name: str,
    port: int,
    heap: str,
    more: Mapping[str, object] = MappingProxyType({}),
    java_options: Iterable[str] = (),
) -> None:
    """Write the configuration of a node that writes below `folder`; `heap` in Java's notation, such as 512m.

    `more` are settings in place of the usual ones, `java_options` come after the usual ones.
    """
    config = folder / "config"
    # A JSON value is a YAML value.
    values = settings(cluster_name, folder, port) | dict(more)
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    replace(config / "elasticsearch.yml", "\n".join([*lines, ""]))
    replace(config / "jvm.options", "\n".join([_JVM_OPTIONS.format(heap=heap), *java_options, ""]))
    replace(config / "log4j2.properties", _LOGGING)


def reason(output: Path) -> str:
    """Say in one line why the node died, from what it wrote."""
    text = output.read_text(encoding="utf-8", errors="replace") if output.is_file() else ""
    for pattern in _REASONS:
        if found := pattern.search(text):
            return found[1].strip()
    return "it was killed"


def prepare(folder: Path, account: processes.Account | None) -> Path:
    """Make `folder` and what belongs in it; returns where it really lies.

    In a home that the node's account may not enter (a clone in a folder of mode 700), it becomes a link to a
    folder of that account.
    """
    if account is not None and not folder.is_symlink() and not processes.can_enter(account, folder.parent):
        _STATE.mkdir(parents=True, exist_ok=True)
        _STATE.chmod(0o755)
        elsewhere = Path(tempfile.mkdtemp(dir=_STATE))
        if folder.exists():
            elsewhere.rmdir()
            shutil.move(folder, elsewhere)
        folder.symlink_to(elsewhere)
    real = folder.resolve()
    for part in (real, *(real / name for name in ("data", "logs", "config", "tmp", "snapshots"))):
        part.mkdir(parents=True, exist_ok=True)
    real.chmod(0o700)
    return real


def give(folder: Path, account: processes.Account) -> None:
    """Make `account` the owner of `folder` and everything in it."""
    for path in (folder, *folder.rglob("*")):
        if path.lstat().st_uid != account.uid:
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def replace(path: Path, text: str) -> None:
    """Replace the file as a whole: a reader sees the old text or the new one."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
