"""Conditions in the language of Kibana's search bar (KQL), in the few shapes that panels use."""


def equals(field: str, *values: str) -> str:
    """A field has one of some values: `equals("status", "waiting") == 'status: "waiting"'`."""
    quoted = [f'"{value}"' for value in values]
    return f"{field}: {quoted[0]}" if len(quoted) == 1 else f"{field}: ({' or '.join(quoted)})"


def exceeds(field: str, number: int) -> str:
    """A number is larger than another: `exceeds("copies", 0) == "copies > 0"`."""
    return f"{field} > {number}"


def all_of(*conditions: str) -> str:
    """All conditions hold."""
    return " and ".join(conditions)
