"""The house around the pipeline: command line, local services, search."""
