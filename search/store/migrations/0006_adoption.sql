-- A catalogue that is copied from a shop's own tables, and how far its copy is.

-- Whether a vector was copied. Only those are replaced, and removed, by what the tables say later.
ALTER TABLE likeness.image_embeddings ADD COLUMN adopted boolean NOT NULL DEFAULT false;

-- One row. `fingerprint` is that of the tables when all of them were copied last; a copy that was
-- cut off leaves the one before. `report` tells what was copied and what was left out.
CREATE TABLE likeness.adoption (
    one         boolean     PRIMARY KEY DEFAULT true CHECK (one),
    fingerprint text,
    report      jsonb       CHECK (jsonb_typeof(report) = 'object'),
    adopted_at  timestamptz,
    process     text,                                 -- who copies, or did so last
    started_at  timestamptz,
    done        integer     NOT NULL DEFAULT 0,       -- products
    total       integer     NOT NULL DEFAULT 0
);
