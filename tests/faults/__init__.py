"""The fault matrix: everything around the app breaks, in turn, and it is written down what follows.

    python -m tests.faults > docs/faults.md

The real app answers over HTTP; PostgreSQL and the model's server are of the matrix' own. The rows
are values in `tests.faults.rows`; the tests carry out the same ones, with shorter waits.
"""
