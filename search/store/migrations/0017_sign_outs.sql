-- Signing out holds in every process, and after a restart.

-- Of a sign-in there is a hash of its cookie alone. A row is deleted when another one comes and no
-- cookie from before it can hold any more. Who reads only what is new asks by the moment.
CREATE TABLE likeness.sign_outs (
    digest   bytea       PRIMARY KEY CHECK (octet_length(digest) = 32),  -- SHA-256
    ended_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_outs_ended_at ON likeness.sign_outs (ended_at);
