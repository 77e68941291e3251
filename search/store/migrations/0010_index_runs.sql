-- Why a run ended, for every process; from when on a run does everything anew; what it was spared.

ALTER TABLE likeness.index_runs
    ADD COLUMN facts       jsonb CHECK (jsonb_typeof(facts) = 'object'), -- of the error that ended it
    ADD COLUMN again_since timestamptz, -- vectors from before are made anew; NULL: only what is missing
    ADD COLUMN copied      integer NOT NULL DEFAULT 0; -- of `done`: vectors of equal pictures
