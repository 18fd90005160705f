-- Requests that were done once, so that they are not done twice: by caller and `Idempotency-Key`.

CREATE TABLE idempotency (
    caller       TEXT    NOT NULL,
    -- Keyed hash of the key.
    request_key  TEXT    NOT NULL,
    -- Keyed hash of the request: another one with the same key is a mistake.
    request      TEXT    NOT NULL,
    began_at     BIGINT  NOT NULL,
    -- Sealed, for it may hold what is shown once; NULL while the request is being done.
    answer       BYTEA,
    PRIMARY KEY (caller, request_key)
);

CREATE INDEX idempotency_began ON idempotency (began_at);
