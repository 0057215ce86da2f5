"""Where data lives: settings, warehouse, ledger, loading, demo shop."""
