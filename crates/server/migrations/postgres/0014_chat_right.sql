-- Whose name is whose: what names are compared by that people show, where spaces and signs tell
-- nothing apart. Filled by the program, which alone knows how names are folded.
ALTER TABLE account ADD COLUMN username_folded TEXT;
ALTER TABLE account ADD COLUMN display_folded TEXT;
CREATE INDEX account_username_folded ON account (username_folded);
CREATE INDEX account_display_folded ON account (display_folded);

-- Where a guest wrote from whom an action is against: another guest from there is the same person,
-- for as long as the action is in force.
ALTER TABLE chat_action ADD COLUMN written_from TEXT;

-- The message that a message answers: how it began is shown as long as it is.
ALTER TABLE chat_event ADD COLUMN reply_to_id TEXT;
UPDATE chat_event SET reply_to_id = (data::json) -> 'reply_to' ->> 'id'
    WHERE kind = 'message' AND data LIKE '%"reply_to":{%';

-- What somebody called a request, found where memory has forgotten it.
CREATE INDEX chat_event_key ON chat_event (channel_id, chatter_id, request_key)
    WHERE request_key IS NOT NULL;
-- Few, and looked through whenever messages are taken away.
CREATE INDEX chat_event_restored ON chat_event (channel_id, seq) WHERE kind = 'restored';
ALTER TABLE chat_held ADD COLUMN request_key TEXT;
CREATE INDEX chat_held_key ON chat_held (channel_id, chatter_id, request_key)
    WHERE request_key IS NOT NULL;
CREATE INDEX chat_held_decided ON chat_held (decided_at);
CREATE INDEX chat_case_decided ON chat_case (decided_at);
CREATE INDEX chat_person_seen ON chat_person (last_seen_at);
