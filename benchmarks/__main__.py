"""`make bench`: what each enrichment costs, and how fast the whole pipeline is beside Elasticsearch alone."""

from benchmarks import enrichment, throughput

enrichment.main([])
print()
throughput.main()
