-- What looks at the whole catalogue costs the same in one of any size: that its vectors changed is
-- noted and not looked for, and a large one is counted by a sample.

-- One row a transaction that wrote vectors, and space. Rows are only added, so that writers never
-- wait for one another. How many there are and what their numbers sum up to is the stamp of a
-- space; what is deleted here for its age is counted on in `spaces`, and the stamp stays the same.
CREATE TABLE likeness.vector_changes (
    number   bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id integer REFERENCES likeness.spaces       -- NULL: nobody knows which, so every one
);
CREATE INDEX vector_changes_space ON likeness.vector_changes (space_id, number);
ALTER TABLE likeness.spaces
    ADD COLUMN changes     bigint  NOT NULL DEFAULT 0,
    ADD COLUMN changes_sum numeric NOT NULL DEFAULT 0;

-- The setting ends with the transaction, and goes with what is rolled back to a savepoint.
CREATE FUNCTION likeness.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO likeness.vector_changes (space_id) VALUES (TG_ARGV[1]::integer);
    PERFORM set_config(TG_ARGV[0], 'yes', true);
    RETURN NULL;
END $$;

-- Before the statement and once for all of it: COPY still writes many rows at once, and nothing is
-- queued for any. What is written to the table above the partitions, and what goes with a deleted
-- picture, does not fire theirs.
CREATE TRIGGER vectors_change
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON likeness.image_embeddings
    FOR EACH STATEMENT WHEN (coalesce(current_setting('likeness.noted_all', true), '') = '')
    EXECUTE FUNCTION likeness.note_change('likeness.noted_all');

-- How large the catalogue of a space was when its sample was drawn, and how many products that has.
CREATE TABLE likeness.samples (
    space_id integer     PRIMARY KEY REFERENCES likeness.spaces,
    stamp    text        NOT NULL,                    -- of the vectors that it was drawn from
    pictures bigint      NOT NULL,
    products bigint      NOT NULL,
    sampled  integer     NOT NULL,                    -- products
    made_at  timestamptz NOT NULL DEFAULT now()
);
-- All vectors of the sampled products, once more, beside one another: what is looked at is read in
-- one go. The columns and the storage are those of image_embeddings.
CREATE TABLE likeness.sample_vectors (
    space_id        integer     NOT NULL,
    picture_id      bigint      NOT NULL,
    product_id      bigint      NOT NULL,
    image_embedding vector(512) NOT NULL
) PARTITION BY LIST (space_id);
ALTER TABLE likeness.sample_vectors ALTER COLUMN image_embedding SET STORAGE PLAIN;

-- How many products were looked at, NULL for all of them; the counts from this bin on are exact.
ALTER TABLE likeness.comparisons
    ADD COLUMN sampled    integer,
    ADD COLUMN exact_from integer NOT NULL DEFAULT 0;

-- What a space needs beside its partition of vectors.
CREATE FUNCTION likeness.watch_space(space integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER vectors_change'
        ' BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON likeness.image_embeddings_%1$s'
        ' FOR EACH STATEMENT WHEN (coalesce(current_setting(%2$L, true), '''') = '''')'
        ' EXECUTE FUNCTION likeness.note_change(%2$L, %1$L)',
        space, 'likeness.noted_' || space
    );
    EXECUTE format(
        'CREATE TABLE likeness.sample_vectors_%1$s PARTITION OF likeness.sample_vectors'
        ' FOR VALUES IN (%1$s)',
        space
    );
END $$;
DO $$ BEGIN PERFORM likeness.watch_space(id) FROM likeness.spaces; END $$;

-- Another kind of stamp: what was made by the old one is made anew.
DELETE FROM likeness.comparisons;
DELETE FROM likeness.centres;
