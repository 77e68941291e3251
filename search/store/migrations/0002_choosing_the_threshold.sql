-- What it takes to choose a threshold from evidence: photos to look at, how each compares with the
-- whole catalogue, what people judged, evaluation sets, and the thresholds themselves.

-- A small picture of a photo that was searched with or belongs to an evaluation set.
CREATE TABLE likeness.photo_pictures (
    fingerprint bytea       PRIMARY KEY,
    media_type  text        NOT NULL,
    content     bytea       NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE likeness.photo_pictures ALTER COLUMN content SET STORAGE EXTERNAL;

-- A search keeps the scale it was made on; `similarities` are cosines on every scale.
ALTER TABLE likeness.searches
    ADD COLUMN scale  text NOT NULL DEFAULT 'cosine',
    ADD COLUMN scores float8[];                       -- on that scale; NULL where it is the cosine

-- The mean vector of a space's catalogue. `stamp` names the state of the catalogue it was taken of.
CREATE TABLE likeness.centres (
    space_id integer     PRIMARY KEY REFERENCES likeness.spaces,
    stamp    text        NOT NULL,
    centre   vector(512) NOT NULL
);

-- How a photo compares with the whole catalogue on one scale, counted once: products by hundredths,
-- and the best of them. Counted anew when the stamp is no longer the catalogue's.
CREATE TABLE likeness.comparisons (
    space_id    integer   NOT NULL REFERENCES likeness.spaces,
    fingerprint bytea     NOT NULL,
    scale       text      NOT NULL,
    stamp       text      NOT NULL,
    best        float8    NOT NULL,                   -- the greatest score; if relative, cosine
    counts      integer[] NOT NULL,                   -- 201, as in search.hits.Distribution
    product_ids bigint[]  NOT NULL,                   -- the best, best first
    picture_ids bigint[]  NOT NULL,
    scores      float8[]  NOT NULL,                   -- theirs, on this scale
    PRIMARY KEY (space_id, fingerprint, scale)
);

-- Nothing is ever changed here but `undone_at`: what people said stays said. `number` is the order.
CREATE TABLE likeness.judgements (
    id          uuid        PRIMARY KEY,
    number      bigint      GENERATED ALWAYS AS IDENTITY,
    fingerprint bytea       NOT NULL,
    product_id  bigint      NOT NULL REFERENCES likeness.products ON DELETE CASCADE,
    space_id    integer     NOT NULL REFERENCES likeness.spaces,
    verdict     text        NOT NULL CHECK (verdict IN ('match', 'different', 'unsure')),
    who         text        NOT NULL,
    origin      text        NOT NULL,
    similarity  float8,
    made_at     timestamptz NOT NULL DEFAULT now(),
    undone_at   timestamptz
);
CREATE INDEX judgements_pair ON likeness.judgements (fingerprint, product_id);

-- What holds: the last word of each person, and how many people say which. A draw decides nothing.
CREATE VIEW likeness.verdicts AS
    WITH latest AS (
        SELECT DISTINCT ON (fingerprint, product_id, who) fingerprint, product_id, verdict
        FROM likeness.judgements
        WHERE undone_at IS NULL
        ORDER BY fingerprint, product_id, who, number DESC
    )
    SELECT fingerprint, product_id,
           count(*) FILTER (WHERE verdict = 'match') AS matches,
           count(*) FILTER (WHERE verdict = 'different') AS differents
    FROM latest
    GROUP BY fingerprint, product_id;

-- Photos with all the products that they show: what is not listed is no match, unless judged so.
CREATE TABLE likeness.evaluation_sets (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text        NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE likeness.evaluation_photos (
    set_id      bigint  NOT NULL REFERENCES likeness.evaluation_sets ON DELETE CASCADE,
    fingerprint bytea   NOT NULL,
    position    integer NOT NULL,
    name        text    NOT NULL,                     -- the file's name
    PRIMARY KEY (set_id, fingerprint)
);
CREATE TABLE likeness.evaluation_matches (
    set_id      bigint NOT NULL,
    fingerprint bytea  NOT NULL,
    product_id  bigint NOT NULL REFERENCES likeness.products ON DELETE CASCADE,
    PRIMARY KEY (set_id, fingerprint, product_id),
    FOREIGN KEY (set_id, fingerprint) REFERENCES likeness.evaluation_photos ON DELETE CASCADE
);

-- The last one of a space is the active one; returning to an older one adds it again.
CREATE TABLE likeness.thresholds (
    id       bigint        GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id integer       NOT NULL REFERENCES likeness.spaces,
    scale    text          NOT NULL,
    value    numeric(3, 2) NOT NULL CHECK (value BETWEEN -1 AND 1),
    doubtful numeric(3, 2) CHECK (doubtful BETWEEN -1 AND value),
    centre   vector(512),
    who      text          NOT NULL,
    why      text          NOT NULL,
    set_at   timestamptz   NOT NULL DEFAULT now(),
    CHECK ((scale = 'centred') = (centre IS NOT NULL))
);
CREATE INDEX thresholds_space ON likeness.thresholds (space_id, id DESC);
