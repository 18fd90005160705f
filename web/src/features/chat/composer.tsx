import { i18n } from "@lingui/core";
import { type KeyboardEvent, type RefObject, useEffect, useId, useState } from "react";
import { Icon } from "@/ui/icon";
import { commandsFor, perform } from "./commands";
import { completed, type Offer } from "./completion";
import { useChat, useScene } from "./context";
import { EmojiButton } from "./emoji-button";
import { CHAT } from "./icons";
import type { Said } from "./model";
import { OfferList, useOffers } from "./offers";
import { Outbox } from "./outbox";
import { keepsOrder } from "./people";
import { MAX_OUTBOX } from "./room";
import { useDraft } from "./use-draft";
import { SendButton, useWait } from "./wait";
import { refusalWords } from "./words";

/** Characters that may still be typed when the counter appears. */
const NEAR_END = 50;

interface ComposerProps {
  field: RefObject<HTMLTextAreaElement | null>;
  answering: Said | null;
  onAnswered(): void;
  /** Somebody who has no name here yet gets one before the first word. */
  onBegin(): Promise<void>;
}

/** Where one writes: a plain field, so that every keyboard and every helper for writing works in it. */
export function Composer({ field, answering, onAnswered, onBegin }: ComposerProps) {
  const { room, slug, moderation } = useScene();
  const [text, setText] = useDraft(slug);
  const [caret, setCaret] = useState(0);
  const [editing, setEditing] = useState<Said | null>(null);
  const [complaint, setComplaint] = useState<string | null>(null);
  const you = useChat((view) => view.you);
  const lost = useChat((view) => view.welcomed && !view.connected);
  const limit = useChat((view) => view.modes?.max_length ?? 500);
  const moderates = keepsOrder(you);
  const offers = useOffers(text, caret, commandsFor(moderates));
  const wait = useWait();
  const id = useId();
  useReturned(text, setText, setComplaint);

  const take = (offer: Offer) => {
    if (!offers.word) return;
    const next = completed(text, caret, offers.word, offer);
    setText(next.text);
    placeCaret(field.current, next.caret, setCaret);
  };
  const send = async () => {
    const said = text.trim();
    if (!said || wait.left > 0 || [...said].length > limit) return;
    if (!you) await onBegin();
    const performed = editing ? null : perform(said, { room, moderation, moderates });
    if (performed) {
      setComplaint(performed);
      return;
    }
    if (performed === null && !speak(said)) {
      setComplaint(
        i18n._({
          id: "composer.full",
          message: "{count} messages wait for the connection already.",
          values: { count: MAX_OUTBOX },
        }),
      );
      return;
    }
    setText("");
    setComplaint(null);
    setEditing(null);
    onAnswered();
  };
  const speak = (said: string) =>
    editing
      ? room.say({ type: "edit", id: editing.id, text: said })
      : room.say({ type: "say", text: said, ...(answering && { reply_to: answering.id }) });
  const editLast = () => {
    const last = lastOwn(room.store.getState(), you?.id);
    if (!last) return;
    setEditing(last);
    setText(last.text);
    placeCaret(field.current, last.text.length, setCaret);
  };
  const leave = () => {
    if (editing) setText("");
    setEditing(null);
    onAnswered();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (offers.onKeyDown(event, take)) return;
    if (event.key === "Enter" && !event.shiftKey) void send();
    else if (event.key === "ArrowUp" && text === "") editLast();
    else if (event.key === "Escape" && (editing || answering)) leave();
    else return;
    event.preventDefault();
  };
  const over = [...text].length - limit;
  return (
    <form
      className="chat-composer"
      data-part="chat-composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Outbox onEdit={(said) => setText(said)} />
      {(editing || answering) && <About editing={editing !== null} answering={answering} onLeave={leave} />}
      {complaint && (
        <p className="chat-complaint" role="alert">
          {complaint}
        </p>
      )}
      <OfferList id={`${id}-offers`} offers={offers} onTake={take} />
      <div className="chat-field">
        <textarea
          ref={field}
          rows={1}
          value={text}
          dir="auto"
          enterKeyHint="send"
          autoComplete="off"
          aria-label={i18n._({ id: "composer.label", message: "Your message" })}
          aria-autocomplete="list"
          aria-controls={offers.list.length > 0 ? `${id}-offers` : undefined}
          aria-activedescendant={offers.list.length > 0 ? `${id}-offers-${offers.chosen}` : undefined}
          aria-describedby={`${id}-state`}
          placeholder={
            you
              ? i18n._({ id: "composer.as", message: "Write as {name}", values: { name: you.name } })
              : i18n._({ id: "composer.placeholder", message: "Say something" })
          }
          onFocus={() => void onBegin()}
          onChange={(event) => {
            setText(event.target.value);
            setCaret(event.target.selectionStart);
            setComplaint(null);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
        />
        <EmojiButton
          onPick={(picked) => {
            const at = field.current?.selectionStart ?? text.length;
            setText(text.slice(0, at) + picked + text.slice(at));
            placeCaret(field.current, at + picked.length, setCaret);
          }}
        />
        <SendButton wait={wait} disabled={!text.trim() || over > 0} />
      </div>
      <p id={`${id}-state`} className="chat-state">
        {over > -NEAR_END && (
          <span data-over={over > 0 || undefined} className="tabular-nums">
            {i18n._({
              id: "composer.left",
              message: "{left, plural, one {# character left} other {# characters left}}",
              values: { left: -over },
            })}
          </span>
        )}
        {lost && (
          <span>{i18n._({ id: "composer.offline", message: "Connecting again… what you send waits." })}</span>
        )}
      </p>
    </form>
  );
}

function About({
  editing,
  answering,
  onLeave,
}: {
  editing: boolean;
  answering: Said | null;
  onLeave(): void;
}) {
  return (
    <div className="chat-about" data-part="chat-about">
      <Icon glyph={CHAT.reply} />
      <span className="min-w-0 flex-1 truncate" dir="auto">
        {editing || !answering
          ? i18n._({ id: "composer.editing", message: "Changing your last message" })
          : i18n._({
              id: "composer.answering",
              message: "Answering {name}: {text}",
              values: { name: answering.author.name, text: answering.text },
            })}
      </span>
      <button
        type="button"
        aria-label={i18n._({ id: "composer.leave", message: "Do not" })}
        onClick={onLeave}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** What was refused comes back to be put right, unless something else is being written by then. */
function useReturned(text: string, setText: (text: string) => void, complain: (words: string) => void) {
  const { room } = useScene();
  const outbox = useChat((view) => view.outbox);
  const other = useChat((view) => view.complaint);
  useEffect(() => {
    const back = outbox.find(({ state }) => state === "refused");
    if (!back?.refusal || text !== "") return;
    setText(back.command.text);
    complain(refusalWords(back.refusal));
    room.dismiss(back.key);
  }, [outbox, text, setText, complain, room]);
  useEffect(() => {
    if (other) complain(refusalWords(other));
  }, [other, complain]);
}

function lastOwn(
  { rows }: ReturnType<ReturnType<typeof useScene>["room"]["store"]["getState"]>,
  id?: string,
) {
  const own = rows.findLast((row) => row.row === "message" && !row.deleted && row.message.author.id === id);
  return own?.row === "message" ? own.message : null;
}

/** After the text has been drawn. */
function placeCaret(field: HTMLTextAreaElement | null, at: number, tell: (caret: number) => void): void {
  tell(at);
  requestAnimationFrame(() => {
    field?.focus();
    field?.setSelectionRange(at, at);
  });
}
