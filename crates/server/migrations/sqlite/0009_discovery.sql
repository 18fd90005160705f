-- Who follows which channel.
CREATE TABLE follow (
    account_id   TEXT    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    channel_id   TEXT    NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
    followed_at  BIGINT  NOT NULL,
    -- Whether they want to be told when it goes live.
    notify       BOOLEAN NOT NULL,
    PRIMARY KEY (account_id, channel_id)
);

CREATE INDEX follow_channel ON follow (channel_id, followed_at, account_id);

-- How many follow a channel: counting a million rows for every page would take too long. Triggers
-- keep it, so that followers whose accounts are removed are counted off as well.
CREATE TABLE follow_count (
    channel_id  TEXT   NOT NULL PRIMARY KEY REFERENCES channel (id) ON DELETE CASCADE,
    followers   BIGINT NOT NULL
);

CREATE TRIGGER follow_begins AFTER INSERT ON follow BEGIN
    INSERT INTO follow_count (channel_id, followers) VALUES (NEW.channel_id, 1)
    ON CONFLICT (channel_id) DO UPDATE SET followers = followers + 1;
END;

CREATE TRIGGER follow_ends AFTER DELETE ON follow BEGIN
    UPDATE follow_count SET followers = followers - 1 WHERE channel_id = OLD.channel_id;
END;
