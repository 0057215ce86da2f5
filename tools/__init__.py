"""What the agent can do: one folder per capability, each with its science and its tool face."""
