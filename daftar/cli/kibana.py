"""Commands about Kibana: put daftar's views and dashboards into one, and check them without one."""

from typing import TYPE_CHECKING

import click

from daftar.cli.output import make_table, notices, print_json, results
from daftar.installation import Installation
from flows.settings import Settings, load_settings
from tasks.errors import Misconfigured

if TYPE_CHECKING:
    from daftar.services.kibana import Pushed
    from daftar.services.kibana_client import Credentials

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group()
def kibana() -> None:
    """Put data views, saved searches and dashboards into Kibana, or check them."""


@kibana.command()
@click.option("--wait", default=180.0, show_default=True, help="Seconds to wait for a Kibana that is starting.")
@click.option("--defaults/--no-defaults", default=True, help="Whether the space opens on daftar's dashboard and years.")
@_JSON
def push(wait: float, defaults: bool, as_json: bool) -> None:
    """Put daftar's objects into the Kibana of DAFTAR_KIBANA_URL; doing it again replaces them."""
    from daftar.services import kibana as service

    settings = load_settings()
    if settings.kibana_url is None:
        raise Misconfigured("No Kibana is set", "Set DAFTAR_KIBANA_URL, such as https://kibana.example:5601.")
    # Only the names of the indices are needed, not the indices.
    target = settings.target(settings.elasticsearch_url or "")
    with notices.status(f"waiting for Kibana at {settings.kibana_url}"):
        pushed = service.push(
            settings.kibana_url,
            target,
            settings.find_page_url(),
            credentials=read_credentials(settings),
            wait=wait,
            defaults=defaults,
        )
    if as_json:
        print_json(to_json(pushed))
    else:
        show_pushed(pushed)


def read_credentials(settings: Settings) -> "Credentials":
    """How the settings sign in to Kibana."""
    from daftar.services.kibana_client import Credentials

    key, password, certificates = settings.kibana_api_key, settings.kibana_password, settings.kibana_ca_certs
    return Credentials(
        api_key=key.get_secret_value() if key else None,
        username=settings.kibana_username,
        password=password.get_secret_value() if password else None,
        ca_certs=str(certificates) if certificates else None,
    )


def to_json(pushed: "Pushed") -> dict[str, object]:
    """Build the object that `daftar kibana push --json` prints."""
    return {
        "url": pushed.url,
        "version": pushed.version,
        "objects": dict(pushed.objects),
        "overwritten": pushed.overwritten,
        "dashboards": list(pushed.dashboards),
        "settings_changed": list(pushed.settings),
        "settings_kept": list(pushed.kept),
    }


def show_pushed(pushed: "Pushed") -> None:
    """Print what Kibana has now."""
    counts = ", ".join(f"{number} {kind}" for kind, number in pushed.objects.items())
    results.print(f"Kibana {pushed.version} at {pushed.url} has {counts}; {pushed.overwritten} of them were replaced")
    for address in pushed.dashboards:
        results.print(address, soft_wrap=True)
    if pushed.settings:
        results.print(f"changed in this space: {', '.join(pushed.settings)}")
    if pushed.kept:
        results.print(f"kept as an administrator has set them: {', '.join(pushed.kept)}")


@kibana.command()
@_JSON
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Try every panel, search and control on the archive, without a Kibana. Exit 1 when something is wrong."""
    from daftar.services.kibana_check import check as find

    findings = find(Installation(load_settings()).target())
    if as_json:
        print_json({"ok": not findings, "findings": [{"place": at.place, "problem": at.problem} for at in findings]})
    elif findings:
        table = make_table("where", "what is wrong")
        for finding in findings:
            table.add_row(finding.place, finding.problem)
        results.print(table)
    else:
        results.print("every panel, search and control is in order")
    if findings:
        context.exit(1)


COMMANDS = (kibana,)
