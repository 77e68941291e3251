-- The catalogue, its vectors, the photos that were encoded, and the searches.

CREATE TABLE likeness.spaces (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model      text    NOT NULL,
    revision   text    NOT NULL,
    dimensions integer NOT NULL,
    UNIQUE (model, revision)
);

-- Names are {"en": …, "ru": …}; an imported catalogue may have one language only.
CREATE TABLE likeness.categories (
    id   text  PRIMARY KEY,
    name jsonb NOT NULL CHECK (jsonb_typeof(name) = 'object')
);

CREATE TABLE likeness.products (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source         text   NOT NULL,
    article_number text   NOT NULL,
    name           jsonb  NOT NULL CHECK (jsonb_typeof(name) = 'object'),
    category_id    text   REFERENCES likeness.categories,
    price          numeric(12, 2) CHECK (price >= 0 AND price < 'infinity'), -- NaN neither
    currency       text,
    link           text,
    UNIQUE (source, article_number)
);

CREATE TABLE likeness.pictures (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint   NOT NULL REFERENCES likeness.products ON DELETE CASCADE,
    position   smallint NOT NULL DEFAULT 0,
    digest     text     NOT NULL,      -- SHA-256 of the content, hexadecimal: its address
    media_type text     NOT NULL,
    content    bytea    NOT NULL,
    UNIQUE (product_id, digest)
);
CREATE INDEX pictures_digest ON likeness.pictures (digest);
-- The content is compressed already: trying again costs time and wins nothing.
ALTER TABLE likeness.pictures ALTER COLUMN content SET STORAGE EXTERNAL;

-- One partition a space, so that a scan reads the vectors of its own space and nothing else.
-- PLAIN keeps the vectors inside the row: fetching each from TOAST takes four times as long.
CREATE TABLE likeness.image_embeddings (
    space_id        integer     NOT NULL REFERENCES likeness.spaces,
    picture_id      bigint      NOT NULL REFERENCES likeness.pictures ON DELETE CASCADE,
    product_id      bigint      NOT NULL,
    image_embedding vector(512) NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (space_id, picture_id)
) PARTITION BY LIST (space_id);
ALTER TABLE likeness.image_embeddings ALTER COLUMN image_embedding SET STORAGE PLAIN;

-- What was encoded once is never encoded again.
CREATE TABLE likeness.photo_embeddings (
    space_id        integer     NOT NULL REFERENCES likeness.spaces,
    fingerprint     bytea       NOT NULL,
    image_embedding vector(512) NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (space_id, fingerprint)
);

-- The hits are what was shown then, best first: a record, not relations that follow the catalogue.
CREATE TABLE likeness.searches (
    id           uuid        PRIMARY KEY,
    space_id     integer     NOT NULL REFERENCES likeness.spaces,
    fingerprint  bytea       NOT NULL,
    remembered   boolean     NOT NULL,
    product_ids  bigint[]    NOT NULL,
    picture_ids  bigint[]    NOT NULL,
    similarities float8[]    NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX searches_created_at ON likeness.searches (created_at);
