"""The figures of an evaluation as tables."""

from typing import Any

from rich.console import Console

from ui.cli.tables import table


def show_suite(report: dict[str, Any]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{report['suite']}: {report['cases']} cases, model {report['model']}", markup=False)
    console.print(f"tool and all arguments right {report['accuracy']:.1%}; tool right {report['tool_accuracy']:.1%}")
    rows = [
        [name, figures["cases"], f"{figures['tool']:.1%}", f"{figures['all']:.1%}"]
        for name, figures in report["per_tool"].items()
    ]
    console.print(table(["tool", "cases", "tool right", "all right"], rows))
    console.print(f"malformed calls {report['malformed_calls']}, invented arguments {report['invented_arguments']}")
