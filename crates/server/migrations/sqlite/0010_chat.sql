-- Chat: one room for each channel. Whatever happens in a room that others see is an event with the
-- room's next number; numbers have no gaps. Documents are JSON.

CREATE TABLE chat_room (
    channel_id  TEXT   NOT NULL PRIMARY KEY REFERENCES channel (id) ON DELETE CASCADE,
    last_seq    BIGINT NOT NULL,
    settings    TEXT   NOT NULL,
    -- The message that is pinned, by whom and until when.
    pinned      TEXT
);

CREATE TABLE chat_event (
    channel_id  TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    seq         BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    kind        TEXT   NOT NULL,
    -- Of messages alone.
    message_id  TEXT   UNIQUE,
    -- Of messages that were changed: which one.
    about_id    TEXT,
    chatter_id  TEXT,
    -- What its author typed, for search.
    text        TEXT   NOT NULL,
    -- What the author named the request: the same is not said twice.
    request_key TEXT,
    data        TEXT   NOT NULL,
    -- Hidden messages are kept for moderators, and so that hiding can be undone.
    hidden_at   BIGINT,
    hidden_by   TEXT,
    PRIMARY KEY (channel_id, seq)
);

CREATE INDEX chat_event_chatter ON chat_event (channel_id, chatter_id, seq);
CREATE INDEX chat_event_at ON chat_event (at);
CREATE INDEX chat_event_about ON chat_event (about_id);
CREATE INDEX chat_event_request ON chat_event (channel_id, at) WHERE request_key IS NOT NULL;
CREATE INDEX chat_event_hidden ON chat_event (hidden_by);

-- What somebody is called in chat: guests always, accounts where their profile does not say it.
CREATE TABLE chat_person (
    id            TEXT    NOT NULL PRIMARY KEY,
    kind          TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    -- What names are compared by.
    folded        TEXT    NOT NULL,
    hue           BIGINT  NOT NULL,
    created_at    BIGINT  NOT NULL,
    last_seen_at  BIGINT  NOT NULL,
    -- Where they wrote from last, for bans of addresses.
    address       TEXT
);

CREATE INDEX chat_person_folded ON chat_person (folded);

-- What moderators did. What lasts is in force until it ends or is undone.
CREATE TABLE chat_action (
    id            TEXT   NOT NULL PRIMARY KEY,
    channel_id    TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    kind          TEXT   NOT NULL,
    chatter_id    TEXT,
    chatter_name  TEXT   NOT NULL,
    -- A network in CIDR notation, where the action is about one.
    network       TEXT,
    reason        TEXT   NOT NULL,
    by_id         TEXT,
    by_name       TEXT   NOT NULL,
    at            BIGINT NOT NULL,
    until         BIGINT,
    undone_at     BIGINT,
    undone_by     TEXT
);

CREATE INDEX chat_action_channel ON chat_action (channel_id, at, id);
CREATE INDEX chat_action_chatter ON chat_action (chatter_id);

CREATE TABLE chat_note (
    id          TEXT   NOT NULL PRIMARY KEY,
    channel_id  TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    chatter_id  TEXT   NOT NULL,
    text        TEXT   NOT NULL,
    by_name     TEXT   NOT NULL,
    at          BIGINT NOT NULL
);

CREATE INDEX chat_note_chatter ON chat_note (channel_id, chatter_id, at);

-- Messages that a moderator is to look at before anybody else does.
CREATE TABLE chat_held (
    id          TEXT   NOT NULL PRIMARY KEY,
    channel_id  TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    chatter_id  TEXT   NOT NULL,
    author      TEXT   NOT NULL,
    text        TEXT   NOT NULL,
    reply_to    TEXT,
    reason      TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    decided_at  BIGINT,
    decided_by  TEXT,
    approved    BOOLEAN NOT NULL
);

CREATE INDEX chat_held_channel ON chat_held (channel_id, decided_at, at);

-- Reports of messages, and appeals against actions: what somebody asks moderators to look at.
CREATE TABLE chat_case (
    id          TEXT   NOT NULL PRIMARY KEY,
    channel_id  TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    kind        TEXT   NOT NULL,
    -- The message or the action.
    subject_id  TEXT   NOT NULL,
    chatter_id  TEXT   NOT NULL,
    chatter_name TEXT  NOT NULL,
    text        TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    decided_at  BIGINT,
    decided_by  TEXT,
    answer      TEXT   NOT NULL,
    granted     BOOLEAN NOT NULL,
    UNIQUE (kind, subject_id, chatter_id)
);

CREATE INDEX chat_case_channel ON chat_case (channel_id, decided_at, at);

-- Words that may not be said; those without a channel are the site's.
CREATE TABLE chat_term (
    id          TEXT   NOT NULL PRIMARY KEY,
    channel_id  TEXT   REFERENCES channel (id) ON DELETE CASCADE,
    pattern     TEXT   NOT NULL,
    kind        TEXT   NOT NULL,
    action      TEXT   NOT NULL,
    by_name     TEXT   NOT NULL,
    at          BIGINT NOT NULL
);

CREATE INDEX chat_term_channel ON chat_term (channel_id);

-- Pictures that stand for a word; those without a channel are the site's.
CREATE TABLE chat_emote (
    id          TEXT    NOT NULL PRIMARY KEY,
    channel_id  TEXT    REFERENCES channel (id) ON DELETE CASCADE,
    name        TEXT    NOT NULL,
    -- What names are compared by, with the channel's id before it: one of a name in each place.
    place       TEXT    NOT NULL UNIQUE,
    width       BIGINT  NOT NULL,
    height      BIGINT  NOT NULL,
    animated    BOOLEAN NOT NULL,
    media_type  TEXT    NOT NULL,
    picture     BLOB    NOT NULL,
    by_name     TEXT    NOT NULL,
    at          BIGINT  NOT NULL
);

CREATE INDEX chat_emote_channel ON chat_emote (channel_id);

CREATE TABLE chat_poll (
    id          TEXT   NOT NULL PRIMARY KEY,
    channel_id  TEXT   NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    question    TEXT   NOT NULL,
    choices     TEXT   NOT NULL,
    by_name     TEXT   NOT NULL,
    opened_at   BIGINT NOT NULL,
    closes_at   BIGINT NOT NULL,
    closed_at   BIGINT
);

CREATE INDEX chat_poll_channel ON chat_poll (channel_id, opened_at);

CREATE TABLE chat_vote (
    poll_id     TEXT   NOT NULL REFERENCES chat_poll (id) ON DELETE CASCADE,
    chatter_id  TEXT   NOT NULL,
    choice      BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (poll_id, chatter_id)
);
