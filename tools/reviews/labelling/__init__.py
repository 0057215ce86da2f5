"""Labelling texts: how customers feel, and what about.

- `embedded.EmbeddedLabeller()`: the bundled polarity model and the aspect finder; no server, no GPU. Spreads large
  calls over `workers` processes; close it. Redoing its labels is cheaper than keeping them: files need no journal.
- `model.ModelLabeller(chat, name)`: a language model, such as one behind vLLM. `answers(texts)` gives labels as they
  come, None for a text without a usable answer. The model is handed in; `usage` counts requests and tokens.
- `journalled.Journalled(labeller, journal)`: a labeller that remembers, in a `store.label_journal.LabelJournal(home)`.
  Texts are labelled once by `keys.text_key`; whatever dies half-way keeps what was answered. Labels of older versions
  hold, unless `relabel=True`.
- `cascade.Cascade(first, second, share=… or below=…)`: the first labels all, the second what the first is unsure of;
  the first's label stays where the second fails. `versions` are those that its labels can bear.
- `label_file.label_file(source, out, text, labeller)`: a table with its labels beside it.

Together, for a shop with a model server:

    journal = LabelJournal(shop.home)
    with EmbeddedLabeller() as embedded:
        asked = Journalled(ModelLabeller(chat, chat.model_name), journal)
        labeller = Cascade(embedded, asked, below=0.8, strict=False)
        labels = labeller.label(texts)  # one Label a text; `labeller.trouble` says why the server was given up

Nothing is imported here, so that the processes of the embedded labeller start quickly.
"""
