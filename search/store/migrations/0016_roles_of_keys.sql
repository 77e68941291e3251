-- Keys say in which role somebody comes, and may end. A demo link is the key of a guest.

-- Whoever has a key from before this version searches and sees what was found, as a viewer does. A
-- demo link is passed on from hand to hand, so it always ends.
ALTER TABLE likeness.api_keys
    ADD COLUMN role       text        NOT NULL DEFAULT 'viewer'
               CHECK (role IN ('guest', 'viewer', 'analyst', 'operator')),
    ADD COLUMN expires_at timestamptz,
    ADD CONSTRAINT api_keys_guests_end CHECK (role <> 'guest' OR expires_at IS NOT NULL);
