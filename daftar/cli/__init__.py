"""The command line: thin over the library, one command one call; JSON alone on standard output when asked."""

import sys

import click

from daftar.cli import analysis, archive, indices, kibana, monitor, names, services
from tasks.errors import DaftarError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="daftar")
def commands() -> None:
    """Make a folder of Persian and Arabic news pages searchable, and keep it so."""


for _command in (
    *services.COMMANDS,
    *archive.COMMANDS,
    *analysis.COMMANDS,
    *names.COMMANDS,
    *indices.COMMANDS,
    *kibana.COMMANDS,
    *monitor.COMMANDS,
):
    commands.add_command(_command)


def main() -> None:
    """Run a command; what can go wrong is said in two lines, with exit code 1."""
    try:
        # A command that ends with a code of its own makes click return it here.
        sys.exit(commands(standalone_mode=False) or 0)
    except DaftarError as error:
        click.echo(f"daftar: {error.reason.removesuffix('.')}.", err=True)
        if error.advice:
            click.echo(f"  {error.advice}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("daftar: interrupted; the next run carries on.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough.
        sys.stderr.close()
        sys.exit(141)
