"""The conversation: model client, bundled-model server, agent loop, middleware."""
