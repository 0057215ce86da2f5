"""The account of a load."""

from rich.console import Console

from store.loading import LoadReport
from ui.cli.tables import table


def show_report(report: LoadReport) -> None:
    """The account of a load: read = loaded + rejected, rows by table, and where the rejects are."""
    console = Console(highlight=False, soft_wrap=True)
    for note in report.notes:
        console.print(note, markup=False)
    console.print(f"{report.read:,} read = {report.loaded:,} loaded + {report.rejected:,} rejected")
    if report.tables:
        console.print(table(["table", "rows"], [[name, f"{rows:,}"] for name, rows in report.tables.items()]))
    if report.rejects_file:
        console.print(f"Rejected rows, with their reasons, are in {report.rejects_file}.", markup=False)
    for name, rows in report.sample.items():
        columns = list(rows[0]) if rows else []
        console.print(table(columns, [list(row.values()) for row in rows], name))
    if report.sample:
        console.print(report.mapping, markup=False)
