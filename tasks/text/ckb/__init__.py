"""Tables that tell Central Kurdish (Sorani) from its neighbours: evidence for `tasks.detect`."""
