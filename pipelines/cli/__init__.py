"""The command line `dyadwire`: a module a verb, imported when it is called."""
