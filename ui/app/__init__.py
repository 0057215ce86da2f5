"""The Gradio application: pages for care staff and marketers, behind one gate."""
