"""What the archive runs beside itself: background processes, a Java runtime, a local Elasticsearch."""
