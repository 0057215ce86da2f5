"""How the bundled model is made: forms, dialogue generator, trainer, export."""
