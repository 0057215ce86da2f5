"""Every word the model is told, as Markdown templates, and their loader."""
