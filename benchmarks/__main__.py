"""`make bench`: how fast the whole pipeline is, beside what Elasticsearch alone can take."""

from benchmarks.throughput import main

main()
