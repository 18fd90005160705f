-- Keys that people's devices keep for this site (W3C Web Authentication).
CREATE TABLE passkey (
    id               TEXT     NOT NULL PRIMARY KEY,
    account_id       TEXT     NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- Its name among devices, in Base64url.
    credential_id    TEXT     NOT NULL UNIQUE,
    -- COSE's number.
    algorithm        BIGINT   NOT NULL,
    public_key       BYTEA    NOT NULL,
    -- How often it was used, as it counts itself; 0 where it does not.
    sign_count       BIGINT   NOT NULL,
    backup_eligible  BOOLEAN  NOT NULL,
    synced           BOOLEAN  NOT NULL,
    -- Separated by spaces.
    transports       TEXT     NOT NULL,
    name             TEXT     NOT NULL,
    created_at       BIGINT   NOT NULL,
    last_used_at     BIGINT
);

CREATE INDEX passkey_account ON passkey (account_id, created_at);

-- Challenges that were answered, until they are over: each is answered once.
CREATE TABLE passkey_challenge (
    tag         TEXT    NOT NULL PRIMARY KEY,
    expires_at  BIGINT  NOT NULL
);

CREATE INDEX passkey_challenge_expires ON passkey_challenge (expires_at);
