-- What clients of Owncast's set that no other room knows: one row, made by the first change.
CREATE TABLE owncast_settings (
    id          BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    -- JSON, as crates/server/src/owncast/settings.rs reads it.
    settings    TEXT   NOT NULL,
    -- The same for what is secret, sealed.
    secrets     BLOB,
    changed_at  BIGINT NOT NULL
);

-- Pictures that they hand in and that are served as they came.
CREATE TABLE owncast_file (
    name        TEXT   NOT NULL PRIMARY KEY,
    media_type  TEXT   NOT NULL,
    bytes       BLOB NOT NULL,
    changed_at  BIGINT NOT NULL
);

-- Tokens of programs, which the admin may look at again: sealed, beside a keyed hash to find them by.
CREATE TABLE owncast_token (
    id            TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    -- A JSON list of words.
    scopes        TEXT   NOT NULL,
    colour        BIGINT NOT NULL,
    fingerprint   TEXT   NOT NULL UNIQUE,
    sealed        BLOB NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT
);

-- Where news is sent. Clients know a webhook by a number.
CREATE TABLE webhook (
    number        BIGINT NOT NULL PRIMARY KEY,
    url           TEXT   NOT NULL,
    -- A JSON list of words.
    events        TEXT   NOT NULL,
    secret        BLOB NOT NULL,
    created_at    BIGINT NOT NULL,
    last_used_at  BIGINT
);

-- What was sent there, and what became of it; the newest are kept.
CREATE TABLE webhook_delivery (
    -- In the order of time.
    id          TEXT   NOT NULL PRIMARY KEY,
    webhook     BIGINT NOT NULL REFERENCES webhook (number) ON DELETE CASCADE,
    event       TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    -- Of the last attempt: when it was, the HTTP status, or why there was none.
    tried_at    BIGINT,
    status      BIGINT,
    failure     TEXT   NOT NULL,
    is_done     BOOLEAN NOT NULL
);

CREATE INDEX webhook_delivery_webhook ON webhook_delivery (webhook, id);
