-- Searches are found again, listed for whoever made them, and forgotten.

-- What was searched with and how the results stood. `line` is the threshold's value then, NULL in
-- searches from before this version; `threshold_id` is NULL for the setting's default.
ALTER TABLE likeness.searches
    ADD COLUMN kind         text    NOT NULL DEFAULT 'photo'
               CHECK (kind IN ('photo', 'photos', 'product')),
    ADD COLUMN photos       bytea[] NOT NULL DEFAULT '{}',  -- several of one thing, as given
    ADD COLUMN product_id   bigint,                         -- the catalogue may have lost it since
    ADD COLUMN picture      text,                           -- the reference of that one's picture
    ADD COLUMN narrow       jsonb   CHECK (jsonb_typeof(narrow) = 'object'),
    ADD COLUMN threshold_id bigint  REFERENCES likeness.thresholds,
    ADD COLUMN line         float8,
    ADD COLUMN same_ranks   integer[],                      -- the hits that further products
    ADD COLUMN same_ids     bigint[],                       -- were shown with, and those products
    ADD COLUMN visitor      text    NOT NULL DEFAULT '',    -- whose history it is in
    ADD COLUMN pinned       boolean NOT NULL DEFAULT false,
    ADD COLUMN title        text    NOT NULL DEFAULT '';

-- A visitor's history, latest first; what is the oldest of all; and whether a photo was searched
-- with, by itself or among others.
CREATE INDEX searches_visitor ON likeness.searches (visitor, created_at, id);
CREATE INDEX searches_fingerprint ON likeness.searches (fingerprint);
CREATE INDEX searches_photos ON likeness.searches USING gin (photos) WHERE photos <> '{}';
-- And whether anything else refers to it.
CREATE INDEX evaluation_photos_fingerprint ON likeness.evaluation_photos (fingerprint);
