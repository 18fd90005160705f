import { i18n } from "@lingui/core";
import { type RefObject, useEffect, useId, useRef, useState } from "react";
import type { Chatter } from "@/api/chat";
import { formatAgo } from "@/lib/format";
import { Avatar } from "@/ui/avatar";
import { Icon } from "@/ui/icon";
import { deedWords } from "./commands";
import { useChat, useScene } from "./context";
import type { Deed } from "./moderation";
import { keepsOrder } from "./people";
import { Badges } from "./row";

export interface Shown {
  chatter: Chatter;
  message: string | null;
}

const TIMEOUTS = [60, 600, 3_600, 86_400] as const;
const MAX_REASON = 500;

/** Who somebody is; for those who keep order, what can be done about them, each with one key. */
export function PersonCard({ shown, onClose }: { shown: Shown; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const { readOnly } = useScene();
  const moderates = useChat((view) => keepsOrder(view.you));
  const self = useChat((view) => view.you?.id === shown.chatter.id);
  const { chatter } = shown;
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      className="chat-card"
      aria-labelledby={heading}
      onClose={onClose}
      onPointerDown={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <header className="flex items-center gap-3">
        <Avatar name={chatter.name} seed={chatter.id} hue={chatter.hue} />
        <div className="min-w-0 flex-1">
          <h2
            id={heading}
            className="flex items-center gap-1.5 text-lg leading-snug font-[650] wrap-anywhere"
          >
            <Badges author={chatter} />
            <bdi>{chatter.name}</bdi>
          </h2>
          <p className="text-sm text-fg-2">
            {chatter.username && <span>@{chatter.username} · </span>}
            <span>{kindWords(chatter)}</span>
          </p>
        </div>
        <button
          type="button"
          className="chat-icon-button self-start"
          aria-label={i18n._({ id: "sheet.close-card", message: "Close" })}
          onClick={() => dialog.current?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      <Recent chatter={chatter} />
      {moderates && !self && !readOnly && <Deeds shown={shown} onDone={() => dialog.current?.close()} />}
    </dialog>
  );
}

function kindWords({ kind, since }: Chatter): string {
  const ago = formatAgo(Date.parse(since), Date.now(), i18n.locale);
  const values = { ago };
  if (kind === "guest") return i18n._({ id: "card.guest", message: "guest, first here {ago}", values });
  if (kind === "bot") return i18n._({ id: "card.bot", message: "a program" });
  return i18n._({ id: "card.account", message: "account made {ago}", values });
}

/** What they said lately, as far as it is on the page. */
function Recent({ chatter }: { chatter: Chatter }) {
  const rows = useChat((view) => view.rows);
  const said = rows.flatMap((row) =>
    row.row === "message" && row.message.author.id === chatter.id && !row.deleted ? [row.message] : [],
  );
  if (said.length === 0) return null;
  return (
    <ul className="chat-card-said">
      {said.slice(-4).map(({ id, text }) => (
        <li key={id} dir="auto">
          {text}
        </li>
      ))}
    </ul>
  );
}

function Deeds({ shown: { chatter, message }, onDone }: { shown: Shown; onDone(): void }) {
  const { moderation } = useScene();
  const root = useRef<HTMLDivElement>(null);
  const [reason, setReason] = useState("");
  const [complaint, setComplaint] = useState<string | null>(null);
  const { id, name } = chatter;
  const act = async (deed: Deed, words: string) => {
    if (await moderation.act(deed, words, reason.trim())) onDone();
    else setComplaint(moderation.store.getState().complaint);
  };
  const remove = () => {
    if (message)
      void act(
        { action: "delete", messages: [message] },
        i18n._({ id: "deed.deleted", message: "Message deleted" }),
      );
  };
  const silence = (seconds: number) =>
    void act({ action: "timeout", chatter: id, seconds }, deedWords("timeout", name));
  const ban = () => void act({ action: "ban", chatter: id }, deedWords("ban", name));
  useDialogKeys(root, (event) => {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    const seconds = TIMEOUTS[Number(event.key) - 1];
    if (event.key === "d") remove();
    else if (event.key === "b") ban();
    else if (seconds) silence(seconds);
    else return;
    event.preventDefault();
  });
  return (
    <div ref={root} className="chat-deeds" data-part="chat-deeds">
      <label>
        <span className="text-[13px] font-semibold text-fg-2">
          {i18n._({ id: "deeds.reason", message: "Reason, which they are told (optional)" })}
        </span>
        <input
          type="text"
          value={reason}
          maxLength={MAX_REASON}
          autoComplete="off"
          dir="auto"
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      <fieldset>
        <legend>{i18n._({ id: "deeds.timeout", message: "Silence for" })}</legend>
        <div className="flex flex-wrap gap-2">
          {TIMEOUTS.map((seconds, index) => (
            <button key={seconds} type="button" className="button" onClick={() => silence(seconds)}>
              {lengthWords(seconds)} <kbd>{index + 1}</kbd>
            </button>
          ))}
        </div>
      </fieldset>
      <div className="flex flex-wrap gap-2">
        {message && (
          <button type="button" className="button" onClick={remove}>
            {i18n._({ id: "deeds.delete", message: "Delete message" })} <kbd>D</kbd>
          </button>
        )}
        <button
          type="button"
          className="button"
          onClick={() => void act({ action: "clear", chatter: id }, deedWords("clear", name))}
        >
          {i18n._({ id: "deeds.clear", message: "Remove all messages" })}
        </button>
        <button
          type="button"
          className="button"
          disabled={!reason.trim()}
          onClick={() => void act({ action: "warn", chatter: id }, deedWords("warn", name))}
        >
          {i18n._({ id: "deeds.warn", message: "Warn" })}
        </button>
        <button type="button" className="button" data-danger="" onClick={ban}>
          {i18n._({ id: "deeds.ban", message: "Ban" })} <kbd>B</kbd>
        </button>
      </div>
      {complaint && (
        <p className="chat-complaint" role="alert">
          {complaint}
        </p>
      )}
    </div>
  );
}

/** Keys of the whole card, wherever in it the focus is. */
function useDialogKeys(inside: RefObject<HTMLElement | null>, onKey: (event: KeyboardEvent) => void): void {
  useEffect(() => {
    const dialog = inside.current?.closest("dialog");
    dialog?.addEventListener("keydown", onKey);
    return () => dialog?.removeEventListener("keydown", onKey);
  }, [inside, onKey]);
}

function lengthWords(seconds: number): string {
  const [count, unit] =
    seconds < 3_600
      ? ([seconds / 60, "minute"] as const)
      : seconds < 86_400
        ? ([seconds / 3_600, "hour"] as const)
        : ([seconds / 86_400, "day"] as const);
  return new Intl.NumberFormat(i18n.locale, { style: "unit", unit, unitDisplay: "short" }).format(count);
}
