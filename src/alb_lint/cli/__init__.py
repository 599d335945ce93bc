"""The edge: flags, standard output, exit codes. Nothing else prints or exits."""
