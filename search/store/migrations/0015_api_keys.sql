-- Keys of programs that search over HTTP, and how many searches a minute each may make.

-- Of a key itself nothing is kept but its hash. Each search moves `spent_until` on by the key's share
-- of a minute, and it may be a minute ahead of now. Shares are whole microseconds, rounded down: up to
-- 7745 a minute no further one fits in. Rows are written often and leave room for that in their pages.
CREATE TABLE likeness.api_keys (
    id           integer     GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    hash         bytea       NOT NULL UNIQUE CHECK (octet_length(hash) = 32),  -- SHA-256
    prefix       text        NOT NULL UNIQUE,         -- how it begins, to recognise it by
    name         text        NOT NULL,
    per_minute   integer     NOT NULL CHECK (per_minute BETWEEN 1 AND 6000),
    share        interval    NOT NULL
                 GENERATED ALWAYS AS (interval '1 microsecond' * (60000000 / per_minute)) STORED,
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz,                         -- to the minute
    revoked_at   timestamptz,
    spent_until  timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 50);

-- A name that was revoked can be given again.
CREATE UNIQUE INDEX api_keys_name ON likeness.api_keys (name) WHERE revoked_at IS NULL;
