"""HTML from Jinja templates in which every value is escaped; nothing else of ours makes HTML."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import gradio as gr
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_PANEL_JS = """
element.addEventListener('click', event => {
  const button = event.target.closest('button[data-act]');
  if (button && !button.disabled && element.contains(button)) trigger('click', {...button.dataset});
});
element.addEventListener('submit', event => {
  const form = event.target.closest('form');
  if (form.hasAttribute('action')) return;
  event.preventDefault();
  const by = event.submitter ? event.submitter.dataset : {};
  trigger('submit', {...form.dataset, ...by, ...Object.fromEntries(new FormData(form))});
});
"""


class Templates:
    """The templates (`*.html`) of one folder, and the macros of `ui/app/frame`."""

    def __init__(self, folder: Path) -> None:
        self._environment = _environment(folder)

    def __call__(self, name: str, /, **values: Any) -> Markup:
        """The template `name` (without `.html`) filled with `values`, each escaped unless it is Markup."""
        return Markup(self._environment.get_template(f"{name}.html").render(**values))


@lru_cache(maxsize=32)
def _environment(folder: Path) -> Environment:
    folders = [folder, Path(__file__).parent / "templates"]
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_function"] = _json
    return made


def _json(value: Any, **options: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str, **options)


def panel(value: str = "", **options: Any) -> gr.HTML:
    """An HTML component in which buttons with `data-act` cause `click` and forms cause `submit`.

    What they carry arrives as `Visit.data`: a button's `data-…` attributes; a form's, its submitter's and its fields.
    A form with an `action` goes there, as forms do.
    """
    return gr.HTML(value, js_on_load=_PANEL_JS, apply_default_css=False, **options)
