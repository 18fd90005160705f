-- People, how they prove who they are, and guests. Whatever proves something is kept as a keyed hash
-- of 256 random bits; passwords as argon2id; what must be read again is sealed.

CREATE TABLE account (
    id                   TEXT    NOT NULL PRIMARY KEY,
    username             TEXT    NOT NULL,
    -- What names are compared by: two that look alike are one.
    username_skeleton    TEXT    NOT NULL UNIQUE,
    display_name         TEXT    NOT NULL,
    email                TEXT,
    -- What addresses are compared by.
    email_normal         TEXT    UNIQUE,
    email_confirmed_at   BIGINT,
    -- PHC string; NULL until somebody chose one, and after deletion.
    password             TEXT,
    password_changed_at  BIGINT,
    role                 TEXT    NOT NULL,
    -- pending, active, suspended, deleted.
    state                TEXT    NOT NULL,
    -- Why it is suspended, or what somebody wrote who waits for approval.
    state_reason         TEXT    NOT NULL,
    bio                  TEXT    NOT NULL,
    -- A hue, 0 to 359.
    colour               BIGINT  NOT NULL,
    -- Sealed secret of the second factor; the pending one until it was confirmed.
    totp_sealed          BYTEA,
    totp_pending         BYTEA,
    -- The last step whose code was taken: no code works twice.
    totp_step            BIGINT  NOT NULL,
    created_at           BIGINT  NOT NULL,
    last_seen_at         BIGINT,
    deleted_at           BIGINT
);

CREATE INDEX account_state ON account (state, created_at);

CREATE TABLE account_link (
    account_id  TEXT    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    position    BIGINT  NOT NULL,
    label       TEXT    NOT NULL,
    url         TEXT    NOT NULL,
    PRIMARY KEY (account_id, position)
);

-- A person's picture. A new one has a new id.
CREATE TABLE account_picture (
    account_id  TEXT    NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    id          TEXT    NOT NULL,
    jpeg        BYTEA    NOT NULL,
    changed_at  BIGINT  NOT NULL
);

-- One sign-in of a browser or a client. Its row is looked up with every request: who removes it
-- ends it at once.
CREATE TABLE login (
    id            TEXT    NOT NULL PRIMARY KEY,
    account_id    TEXT    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- browser, client.
    kind          TEXT    NOT NULL,
    -- Of a browser's cookie; a client's tokens are below.
    token_hash    TEXT    UNIQUE,
    user_agent    TEXT    NOT NULL,
    -- The address it came from, or the network: for its owner to recognise.
    address       TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    last_used_at  BIGINT  NOT NULL,
    expires_at    BIGINT  NOT NULL
);

CREATE INDEX login_account ON login (account_id, last_used_at DESC);
CREATE INDEX login_expires ON login (expires_at);

-- Each is used once and replaced. One that comes a second time was stolen, from us or from its
-- owner, and ends the login.
CREATE TABLE refresh_token (
    token_hash  TEXT    NOT NULL PRIMARY KEY,
    login_id    TEXT    NOT NULL REFERENCES login (id) ON DELETE CASCADE,
    created_at  BIGINT  NOT NULL,
    used_at     BIGINT
);

CREATE INDEX refresh_token_login ON refresh_token (login_id);

-- What a link in a mail or on a terminal is good for, once.
CREATE TABLE one_time_code (
    code_hash   TEXT    NOT NULL PRIMARY KEY,
    account_id  TEXT    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- setup, reset, confirm.
    purpose     TEXT    NOT NULL,
    -- The address that is to be confirmed.
    email       TEXT,
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL
);

CREATE INDEX one_time_code_account ON one_time_code (account_id, purpose);

CREATE TABLE recovery_code (
    code_hash   TEXT    NOT NULL PRIMARY KEY,
    account_id  TEXT    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at  BIGINT  NOT NULL,
    used_at     BIGINT
);

CREATE INDEX recovery_code_account ON recovery_code (account_id);

CREATE TABLE api_token (
    id            TEXT    NOT NULL PRIMARY KEY,
    account_id    TEXT    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    label         TEXT    NOT NULL,
    token_hash    TEXT    NOT NULL UNIQUE,
    -- Separated by spaces.
    scopes        TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    expires_at    BIGINT,
    last_used_at  BIGINT
);

CREATE INDEX api_token_account ON api_token (account_id, created_at);

CREATE TABLE invitation (
    id          TEXT    NOT NULL PRIMARY KEY,
    code_hash   TEXT    NOT NULL UNIQUE,
    note        TEXT    NOT NULL,
    uses_left   BIGINT  NOT NULL,
    made_by     TEXT    REFERENCES account (id) ON DELETE SET NULL,
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT
);

-- Somebody in chat without an account; who makes one later keeps name, colour and history.
CREATE TABLE guest (
    id            TEXT    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    colour        BIGINT  NOT NULL,
    token_hash    TEXT    NOT NULL UNIQUE,
    account_id    TEXT    REFERENCES account (id) ON DELETE SET NULL,
    created_at    BIGINT  NOT NULL,
    last_seen_at  BIGINT  NOT NULL
);

CREATE INDEX guest_account ON guest (account_id);
CREATE INDEX guest_seen ON guest (last_seen_at);
