"""The figures of an evaluation as tables."""

from typing import Any

from rich.console import Console

from ui.cli.tables import table


def show_suite(report: dict[str, Any]) -> None:
    """Accuracy by language and tool, and the commonest faults."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{report['suite']}: {report['cases']} cases, model {report['model']}", markup=False)
    console.print(f"tool and all arguments right {report['accuracy']:.1%}; tool right {report['tool_accuracy']:.1%}")
    for heading, key in (("language", "by_language"), ("tool", "per_tool")):
        rows = [
            [name, figures["cases"], f"{figures['tool']:.1%}", f"{figures['all']:.1%}"]
            for name, figures in report[key].items()
        ]
        console.print(table([heading, "cases", "tool right", "all right"], rows, most=len(rows)))
    if report["commonest_faults"]:
        console.print(table(["commonest fault", "times"], [list(one) for one in report["commonest_faults"]]))
    console.print(f"malformed calls {report['malformed_calls']}, invented arguments {report['invented_arguments']}")
    if report["not_scorable"]:
        console.print(f"{report['not_scorable']} cases point at the table of a tool that is not built; left out")
