"""Tables that tell Sindhi from its neighbours: evidence for `tasks.detect`."""
