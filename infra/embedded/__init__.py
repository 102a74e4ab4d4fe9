"""The whole house on one machine: Postgres, Redis, web, worker, beat and sequencer, in order, with readiness and a clean end.

`python -m infra.embedded demo` is behind `make demo`; `python -m infra.embedded exec -- command …` runs a command with
a throw-away Postgres and Redis; `infra.embedded.cluster.Cluster` does the same for tests.
"""
