"""`python -m flows`: serve the deployments until interrupted."""

from flows.deployments import main

main()
