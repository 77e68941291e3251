-- What goes with a removed picture or product is found by its number.

-- One index for both: a vector of a space, as before, and all vectors of a picture. Servers before
-- PostgreSQL 18 read the whole of an index whose first column is not asked for. Vectors are in their
-- spaces' own tables, where the space tells nothing.
ALTER TABLE likeness.image_embeddings
    DROP CONSTRAINT image_embeddings_pkey,
    ADD PRIMARY KEY (picture_id, space_id);
CREATE INDEX judgements_product ON likeness.judgements (product_id);
CREATE INDEX evaluation_matches_product ON likeness.evaluation_matches (product_id);
