"""The look of Gradio's own components; `assets/style.css` does the rest with the same variables."""

import gradio as gr

_FONTS = [
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "Roboto",
    "Noto Sans",
    "Noto Sans CJK SC",
    "PingFang SC",
    "sans-serif",
]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]


def theme() -> gr.themes.Base:
    """Calm, with fonts of the machine: nothing is fetched."""
    made = gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        radius_size="md",
        spacing_size="md",
        text_size="md",
        font=_FONTS,
        font_mono=_MONO,
    )
    return made.set(
        body_background_fill="#f6f7f9",
        body_background_fill_dark="#0f141a",
        body_text_color="#1c2733",
        body_text_color_dark="#e6ebf1",
        body_text_color_subdued="#556270",
        body_text_color_subdued_dark="#a3afbc",
        block_background_fill="#ffffff",
        block_background_fill_dark="#171e26",
        block_border_color="#dfe4ea",
        block_border_color_dark="#2a3541",
        block_label_text_color="#445160",
        block_label_text_color_dark="#b6c2cf",
        block_title_text_color="#2b3947",
        block_title_text_color_dark="#ccd6e0",
        block_shadow="none",
        block_shadow_dark="none",
        border_color_primary="#dfe4ea",
        border_color_primary_dark="#2a3541",
        input_background_fill="#ffffff",
        input_background_fill_dark="#10161d",
        input_border_color="#7d8a98",
        input_border_color_dark="#5d6b7a",
        input_placeholder_color="#667382",
        input_placeholder_color_dark="#93a0ae",
        button_primary_background_fill="#0f766e",
        button_primary_background_fill_hover="#115e59",
        button_primary_background_fill_dark="#0f766e",
        button_primary_background_fill_hover_dark="#0d9488",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
        button_secondary_background_fill="#ffffff",
        button_secondary_background_fill_dark="#1d2630",
        button_secondary_background_fill_hover="#eef2f5",
        button_secondary_background_fill_hover_dark="#273341",
        button_secondary_border_color="#c3ccd6",
        button_secondary_border_color_dark="#3a4756",
        button_secondary_text_color="#1c2733",
        button_secondary_text_color_dark="#e6ebf1",
    )
