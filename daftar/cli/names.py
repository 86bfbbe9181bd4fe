"""Commands about the names that daftar knows: the tables tried, and stored documents read again by them."""

import click

from daftar.cli.output import Bar, print_json, results
from daftar.installation import Installation
from flows.settings import load_settings

_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group()
def names() -> None:
    """Check the tables of people, places and organizations, or apply them to what is stored."""


@names.command()
@_JSON
@click.pass_context
def check(context: click.Context, as_json: bool) -> None:
    """Look through the tables in mappings/gazetteer. Exit 1 when something is wrong, by table and line."""
    from tasks.enrich.gazetteer import check_gazetteer, load_gazetteer, own_folder

    problems = check_gazetteer(own_folder())
    if as_json:
        print_json({"ok": not problems, "problems": problems})
    elif problems:
        for problem in problems:
            results.print(problem, markup=False)
    else:
        results.print(f"the tables are in order: {len(load_gazetteer())} people, places and organizations")
    if problems:
        context.exit(1)


@names.command()
@_JSON
def apply(as_json: bool) -> None:
    """Find the names in all stored documents anew, by the tables of today; no file is read again."""
    from tasks.enrich.gazetteer import load_gazetteer
    from tasks.recognition import count_documents, recognize

    target = Installation(load_settings()).target()
    # A table that cannot be read is said before anything is changed.
    load_gazetteer()
    total = count_documents(target)
    with Bar() as bar:
        done = recognize(target, lambda documents: bar.show(documents, max(documents, total)))
    if as_json:
        print_json({"documents": done.documents, "changed": done.changed})
    else:
        results.print(f"{done.documents} documents, of which {done.changed} have other names now")


COMMANDS = (names,)
