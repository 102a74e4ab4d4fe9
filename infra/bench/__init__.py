"""The benchmark harness behind `make bench`: one module a row, each measured beside its limit and its peers.

`python -m infra.bench [ROW …] [--short] [--json FILE] [--list]`. How to read the table: docs/benchmarks.md. Nothing of the
product imports this; what must run inside the product's own processes lies in `product/`.
"""
