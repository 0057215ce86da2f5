"""What people see: the `winback` command line."""
