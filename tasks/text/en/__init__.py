"""Tables that tell English from its neighbours: evidence for `tasks.detect`."""
