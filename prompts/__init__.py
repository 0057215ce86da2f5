"""Every word the model is told, as Markdown templates, and their loader."""

from prompts.loader import render

__all__ = ["render"]
