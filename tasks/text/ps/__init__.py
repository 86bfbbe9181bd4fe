"""Tables that tell Pashto from its neighbours: evidence for `tasks.detect`."""
