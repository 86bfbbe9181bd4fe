"""The people, places and organizations that pages are searched for; one table a kind, edited by analysts."""
