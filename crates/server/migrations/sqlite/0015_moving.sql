-- People who keep order in a channel's chat and have no account: a token shows who they are.
CREATE TABLE chat_keeper (
    channel_id  TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    chatter_id  TEXT   NOT NULL,
    by_name     TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (channel_id, chatter_id)
);

-- Further tokens of one guest, whom another program knew by several.
CREATE TABLE guest_token (
    token_hash  TEXT   NOT NULL PRIMARY KEY,
    guest_id    TEXT   NOT NULL REFERENCES guest (id) ON DELETE CASCADE,
    created_at  BIGINT NOT NULL
);

CREATE INDEX guest_token_guest ON guest_token (guest_id);

-- What was read from an Owncast database, row by row, so that reading it again changes nothing.
CREATE TABLE owncast_moved (
    -- The table, and the row's own key in it.
    source    TEXT   NOT NULL,
    row_key   TEXT   NOT NULL,
    -- What it is here; absent while it has no place here.
    became    TEXT,
    -- The row as it was, sealed, where something of it has no place here.
    kept      BLOB,
    at        BIGINT NOT NULL,
    PRIMARY KEY (source, row_key)
);
