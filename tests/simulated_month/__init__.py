"""A month at the encoder, replayed in minutes: cold starts, bursts, an outage, a revoked token.

`story` says what happens, from a seed and without doing anything; `replay` lets it happen to a real
engine, over HTTP to the played Hugging Face, into a real database. Only time is virtual. By hand:

    python -m tests.simulated_month --folder /tmp/month --serve
"""
