"""Tables that tell South Azerbaijani in Arabic script from its neighbours: evidence for `tasks.detect`."""
