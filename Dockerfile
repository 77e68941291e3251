# Likeness as one service: pages and HTTP routes in one process. See "Deploy" in README.md.
# tests/deploy/ carries out these steps without Docker.

FROM python:3.11-slim AS packages

# All that is needed comes as wheels: no compiler, and no pip in what is kept.
RUN python -m venv --without-pip /venv
COPY requirements.txt ./
RUN sed '/^# Tests$/,$d' requirements.txt > run-time.txt \
    && pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check \
        --requirement run-time.txt


FROM python:3.11-slim

# PORT is where the app listens; platforms set another one. In a container only a proxy, or whoever
# published the port, reaches it: FORWARDED_ALLOW_IPS lets uvicorn believe what a proxy says of the
# visitor's address and of HTTPS.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PORT=8501 \
    FORWARDED_ALLOW_IPS=* \
    LIKENESS_DATA_DIR=/data

# Nothing is written but below /data: the embedded PostgreSQL, where VECTOR_DATABASE_URL is not set.
# There is no VOLUME: some platforms, such as Railway, refuse it and mount their own.
RUN useradd --uid 10001 --create-home likeness \
    && mkdir /data \
    && chown likeness /data

WORKDIR /app
COPY --from=packages /venv /venv
COPY LICENSE NOTICE requirements.txt app.py ./
COPY .streamlit/config.toml .streamlit/config.toml
COPY search search
COPY pages pages
RUN python -m compileall -q app.py pages search

USER likeness
EXPOSE 8501

# Without a proxy that the environment may name.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]

# It listens to everybody who reaches the container: without sign-in (see "Access" in README.md), or
# ALLOW_ANONYMOUS=1 where something before it decides who may come, it ends with code 1 and says so.
# One process: a visitor's uploads and page belong to the process that met them first.
# On SIGTERM requests have 15 seconds to end, then searches of pages 8 more, see app.py. uvicorn
# raises the signal again when all is closed; ignored there, a stop that was asked for ends with 0.
# Proxies use a connection again for a minute at most: it stays open for longer here, or a request
# would now and then be sent into one that is just being closed.
# Of a websocket's message that has not ended the server keeps what came, before the app is asked
# who sends it: 1 MB, and not 16, which is three thousand names of files that somebody drops.
# Each request is logged by Streamlit, so uvicorn need not do it as well.
CMD ["/bin/sh", "-c", "trap '' TERM; exec python -m uvicorn app:app --host 0.0.0.0 --port \"$PORT\" --workers 1 --proxy-headers --ws-per-message-deflate false --ws-max-size 1048576 --timeout-graceful-shutdown 15 --timeout-keep-alive 75 --no-access-log"]
