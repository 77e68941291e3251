-- What the encoder and the searches did: every call and search for a time, sums of them for ever.

-- Visible pages are marked often, so that counting reads an index and nothing else.
CREATE TABLE likeness.calls (
    id         uuid        PRIMARY KEY,
    started_at timestamptz NOT NULL,
    encoder    text        NOT NULL,
    host       text        NOT NULL,                  -- '' for an encoder in the app's process
    space_id   integer     NOT NULL REFERENCES likeness.spaces,
    purpose    text        NOT NULL,
    outcome    text        NOT NULL,                  -- 'ok', 'remembered', 'under_way', an error
    seconds    float8      NOT NULL,
    attempt    integer     NOT NULL,                  -- from 1, of one photo's encoding
    reached    boolean     NOT NULL,                  -- counts against a quota
    cold       boolean     NOT NULL,                  -- had to do with a model being loaded
    status     integer,
    bytes_out  bigint      NOT NULL,
    bytes_in   bigint      NOT NULL,
    request_id text        NOT NULL,
    detail     text        NOT NULL,
    search_id  uuid
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02);
CREATE INDEX calls_time ON likeness.calls (started_at);
-- What percentiles are taken of: narrow, because all of it is read.
CREATE INDEX calls_warm ON likeness.calls (host, started_at) INCLUDE (seconds)
    WHERE outcome = 'ok' AND NOT cold;
-- The latest ones, of few among many.
CREATE INDEX calls_attempts ON likeness.calls (host, started_at) WHERE outcome <> 'remembered';
CREATE INDEX calls_failures ON likeness.calls (host, started_at)
    WHERE outcome NOT IN ('ok', 'remembered', 'under_way');
CREATE INDEX calls_cold ON likeness.calls (host, started_at) INCLUDE (seconds) WHERE cold;

-- How many calls there were, by quarters of an hour: the finest in which all clocks of the world
-- differ. The database counts whatever is written, and no longer what was there in its place, in
-- the same transaction; rows that are deleted for their age stay counted.
CREATE TABLE likeness.call_counts (
    quarter timestamptz NOT NULL,
    host    text        NOT NULL,
    outcome text        NOT NULL,
    status  integer     NOT NULL,                     -- 0 where there was none
    cold    boolean     NOT NULL,
    reached boolean     NOT NULL,
    purpose text        NOT NULL,
    calls   bigint      NOT NULL,
    retries bigint      NOT NULL,
    PRIMARY KEY (quarter, host, outcome, status, cold, reached, purpose)
);

CREATE FUNCTION likeness.quarter_of(moment timestamptz) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT to_timestamp(floor(date_part('epoch', moment) / 900) * 900) $$;

-- In the order of the key, so that two who write at once wait for each other, and not both.
CREATE FUNCTION likeness.count_calls() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one CONSTANT integer := TG_ARGV[0];
BEGIN
    INSERT INTO likeness.call_counts AS kept
        (quarter, host, outcome, status, cold, reached, purpose, calls, retries)
    SELECT likeness.quarter_of(started_at), host, outcome, coalesce(status, 0), cold, reached,
           purpose, one * count(*), one * count(*) FILTER (WHERE attempt > 1)
    FROM changed GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (quarter, host, outcome, status, cold, reached, purpose) DO UPDATE
    SET calls = kept.calls + excluded.calls, retries = kept.retries + excluded.retries;
    RETURN NULL;
END $$;
CREATE TRIGGER calls_added AFTER INSERT ON likeness.calls
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION likeness.count_calls('1');
CREATE TRIGGER calls_replaced AFTER UPDATE ON likeness.calls
    REFERENCING OLD TABLE AS changed EXECUTE FUNCTION likeness.count_calls('-1');
CREATE TRIGGER calls_replacing AFTER UPDATE ON likeness.calls
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION likeness.count_calls('1');

-- How long calls took whose rows are deleted, by days of UTC's: warm successes, and starts of the
-- model. `bin` is that of search.usage.latency.
CREATE TABLE likeness.call_days (
    day   date     NOT NULL,
    host  text     NOT NULL,
    bin   smallint NOT NULL,
    calls bigint   NOT NULL,
    PRIMARY KEY (day, host, bin)
);
CREATE TABLE likeness.cold_days (
    day     date     NOT NULL,
    host    text     NOT NULL,
    bin     smallint NOT NULL,
    starts  bigint   NOT NULL,
    longest float8   NOT NULL,                        -- seconds
    PRIMARY KEY (day, host, bin)
);

-- How each search went, also when it failed; what it found is in `searches`.
CREATE TABLE likeness.search_log (
    id               uuid        PRIMARY KEY,
    made_at          timestamptz NOT NULL,
    space_id         integer     NOT NULL REFERENCES likeness.spaces,
    outcome          text        NOT NULL,
    origin           text        NOT NULL,
    who              text        NOT NULL,
    remembered       boolean     NOT NULL,
    encoder_seconds  float8      NOT NULL,
    database_seconds float8      NOT NULL,
    rest_seconds     float8      NOT NULL,
    cold             boolean     NOT NULL,             -- a call of it was
    shown            integer     NOT NULL,
    above            integer     NOT NULL,
    scale            text        NOT NULL,
    threshold        float8,
    best_score       float8,
    best_similarity  float8,
    product_id       bigint                           -- the catalogue may have lost it since
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02);
CREATE INDEX search_log_time ON likeness.search_log (made_at, space_id);

-- What is read where there are too many rows to read them all: one in four, or fewer, as ids are
-- random.
CREATE INDEX search_log_sample ON likeness.search_log (made_at, space_id)
    INCLUDE (id, outcome, remembered, encoder_seconds, database_seconds, rest_seconds,
             best_similarity, cold)
    WHERE id < '40000000-0000-0000-0000-000000000000';

-- Searches, counted like calls; what has too many values is counted by days of UTC's.
CREATE TABLE likeness.search_counts (
    quarter    timestamptz NOT NULL,
    space_id   integer     NOT NULL REFERENCES likeness.spaces,
    origin     text        NOT NULL,
    failed     boolean     NOT NULL,
    remembered boolean     NOT NULL,
    none_above boolean     NOT NULL,                  -- every product was below the line
    searches   bigint      NOT NULL,
    PRIMARY KEY (quarter, space_id, origin, failed, remembered, none_above)
);
CREATE TABLE likeness.search_day_counts (
    day      date    NOT NULL,
    space_id integer NOT NULL REFERENCES likeness.spaces,
    measure  text    NOT NULL,                        -- 'above', 'product' or 'who'
    value    text    NOT NULL,
    searches bigint  NOT NULL,
    PRIMARY KEY (day, space_id, measure, value)
);

-- What a search adds to `search_day_counts`: NULL where there is nothing to count.
CREATE FUNCTION likeness.day_values(
    outcome text, above integer, product_id bigint, who text
) RETURNS TABLE (measure text, value text) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    VALUES ('above', CASE WHEN outcome = 'ok' THEN above::text END),
           ('product', product_id::text), ('who', nullif(who, ''))
$$;

CREATE FUNCTION likeness.count_searches() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one CONSTANT integer := TG_ARGV[0];
BEGIN
    INSERT INTO likeness.search_counts AS kept
        (quarter, space_id, origin, failed, remembered, none_above, searches)
    SELECT likeness.quarter_of(made_at), space_id, origin, outcome <> 'ok', remembered,
           outcome = 'ok' AND above = 0, one * count(*)
    FROM changed GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (quarter, space_id, origin, failed, remembered, none_above) DO UPDATE
    SET searches = kept.searches + excluded.searches;
    INSERT INTO likeness.search_day_counts AS kept (day, space_id, measure, value, searches)
    SELECT (made_at AT TIME ZONE 'UTC')::date, space_id, measure, value, one * count(*)
    FROM changed, likeness.day_values(outcome, above, product_id, who)
    WHERE value IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (day, space_id, measure, value) DO UPDATE
    SET searches = kept.searches + excluded.searches;
    RETURN NULL;
END $$;
CREATE TRIGGER searches_added AFTER INSERT ON likeness.search_log
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION likeness.count_searches('1');
CREATE TRIGGER searches_replaced AFTER UPDATE ON likeness.search_log
    REFERENCING OLD TABLE AS changed EXECUTE FUNCTION likeness.count_searches('-1');
CREATE TRIGGER searches_replacing AFTER UPDATE ON likeness.search_log
    REFERENCING NEW TABLE AS changed EXECUTE FUNCTION likeness.count_searches('1');

-- How often a deleted search had a value: 'whole', 'encoder', 'database' and 'rest' are bins of
-- times, 'best' thousandths of a cosine.
CREATE TABLE likeness.search_days (
    day      date    NOT NULL,
    space_id integer NOT NULL REFERENCES likeness.spaces,
    measure  text    NOT NULL,
    value    integer NOT NULL,
    searches bigint  NOT NULL,
    PRIMARY KEY (day, space_id, measure, value)
);

-- `number` is the order in which they were written.
CREATE TABLE likeness.breaker_changes (
    number  bigint      GENERATED ALWAYS AS IDENTITY,
    at      timestamptz NOT NULL,
    process text        NOT NULL,
    host    text        NOT NULL,
    state   text        NOT NULL,
    until   timestamptz,
    reason  text        NOT NULL,
    PRIMARY KEY (at, process, host, state)
);

-- Whether encoder and vectors agreed when it was last looked at, which costs calls.
CREATE TABLE likeness.space_checks (
    space_id   integer     PRIMARY KEY REFERENCES likeness.spaces,
    address    text        NOT NULL,                  -- the encoder's
    vectors    integer     NOT NULL,                  -- how many there were in the space
    checked_at timestamptz NOT NULL,
    pictures   integer     NOT NULL,                  -- that were encoded again
    lowest     float8                                 -- cosine of these; NULL without any
);
