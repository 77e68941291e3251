-- Which model's space is searched: the last row says it, and without any it is that of the first
-- encoder of the settings. Nothing is ever changed or removed here.
CREATE TABLE likeness.model_switches (
    id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    space_id  integer     NOT NULL REFERENCES likeness.spaces,
    before_id integer     NOT NULL REFERENCES likeness.spaces, -- what was active until then
    who       text        NOT NULL,
    why       text        NOT NULL,                            -- '' where one was taken back
    set_at    timestamptz NOT NULL DEFAULT now()
);
