-- Pictures that come from a shop's folder, table or web server, and the runs that encode them.

-- `address` is a URL, or a path relative to what was imported; NULL for what came in otherwise.
-- A picture at a URL has no content until it was fetched, which is done while indexing.
-- Two addresses of a product may show the same picture.
ALTER TABLE likeness.pictures
    ADD COLUMN address  text,
    ADD COLUMN original text,         -- SHA-256 of the file as it came, hexadecimal
    ALTER COLUMN digest     DROP NOT NULL,
    ALTER COLUMN media_type DROP NOT NULL,
    ALTER COLUMN content    DROP NOT NULL,
    DROP CONSTRAINT pictures_product_id_digest_key,
    ADD UNIQUE (product_id, address),
    ADD CHECK (num_nulls(digest, media_type, content) IN (0, 3)),
    ADD CHECK (content IS NOT NULL OR address IS NOT NULL);

-- Why a picture has no vector: it could not be fetched (no space), or not encoded in a space.
CREATE TABLE likeness.picture_failures (
    space_id   integer     REFERENCES likeness.spaces,
    picture_id bigint      NOT NULL REFERENCES likeness.pictures ON DELETE CASCADE,
    code       text        NOT NULL,
    facts      jsonb       NOT NULL CHECK (jsonb_typeof(facts) = 'object'),
    failed_at  timestamptz NOT NULL DEFAULT now()
);
-- One row a picture and space. Not NULLS NOT DISTINCT: servers before PostgreSQL 15 lack it.
CREATE UNIQUE INDEX picture_failures_key
    ON likeness.picture_failures (picture_id, coalesce(space_id, 0));

-- How far indexing has come, so that every process can show it. One that died beats no more.
CREATE TABLE likeness.index_runs (
    id           uuid        PRIMARY KEY,
    space_id     integer     NOT NULL REFERENCES likeness.spaces,
    process      text        NOT NULL,
    started_at   timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    total        integer     NOT NULL,
    done         integer     NOT NULL DEFAULT 0,
    failed       integer     NOT NULL DEFAULT 0,
    finished_at  timestamptz,
    stopped_by   text                            -- why it ended early: a person, an error's code
);
CREATE INDEX index_runs_space ON likeness.index_runs (space_id, started_at DESC);
