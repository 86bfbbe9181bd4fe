"""Tables that tell Uyghur from its neighbours: evidence for `tasks.detect`."""
