"""Tables that tell Urdu from its neighbours: evidence for `tasks.detect`."""
