"""What analysts search: from their words to an Elasticsearch query, one definition for every way in."""
