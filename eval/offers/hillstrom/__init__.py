"""The MineThatData e-mail test (Hillstrom 2008): a policy learned on one part, its value estimated on another."""
