import { i18n } from "@lingui/core";
import { type CSSProperties, useId, useState } from "react";
import type { Chatter } from "@/api/chat";
import { formatCount } from "@/lib/format";
import { Icon } from "@/ui/icon";
import { useChat, useScene } from "./context";
import { CHAT } from "./icons";
import type { Hears } from "./live-region";
import type { Looks } from "./looks";
import { keepsOrder } from "./people";
import { QueueButton } from "./queue";
import { Badges } from "./row";
import { refusalWords } from "./words";

interface ChatHeaderProps {
  looks: Looks;
  onLooks(looks: Looks): void;
  /** Takes the chat away from beside the picture. */
  onHide?: () => void;
  /** Where the chat is alone in a window. */
  popout?: string;
}

/** The name of the place, who is in it, and how it looks. */
export function ChatHeader({ looks, onLooks, onHide, popout }: ChatHeaderProps) {
  const moderates = useChat((view) => keepsOrder(view.you));
  const waiting = useChat((view) => view.queue);
  const queue = moderates ? waiting : null;
  return (
    <header className="chat-header">
      {onHide && (
        <button
          type="button"
          className="chat-icon-button chat-hide"
          aria-label={i18n._({ id: "chat.hide", message: "Hide the chat" })}
          onClick={onHide}
        >
          <Icon glyph={CHAT.hide} />
        </button>
      )}
      <h2 className="min-w-0 flex-1 text-[15px] font-[650]">
        {i18n._({ id: "chat.title", message: "Chat" })}
      </h2>
      {queue && <QueueButton waits={queue} />}
      <People />
      <Options looks={looks} onLooks={onLooks} popout={popout} />
    </header>
  );
}

function People() {
  const { show } = useScene();
  const { count, some } = useChat((view) => view.present);
  const id = useId();
  const hide = () => document.getElementById(id)?.hidePopover?.();
  return (
    <>
      <button type="button" className="chat-icon-button w-auto! gap-1.5 px-2.5!" popoverTarget={id}>
        <Icon glyph={CHAT.people} />
        <span className="text-sm tabular-nums" aria-hidden="true">
          {formatCount(count, i18n.locale)}
        </span>
        <span className="visually-hidden">{countWords(count)}</span>
      </button>
      <div
        id={id}
        popover="auto"
        className="chat-popover"
        role="dialog"
        aria-label={i18n._({ id: "people.label", message: "Who is here" })}
      >
        <h3 className="px-3 pt-2 pb-1 text-sm font-semibold">{countWords(count)}</h3>
        <ul>
          {some.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                className="chat-person"
                onClick={() => {
                  hide();
                  show(person, null);
                }}
              >
                <Badges author={person} />
                <PersonName person={person} />
              </button>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

function countWords(count: number): string {
  return i18n._({
    id: "people.count",
    message: "{count, plural, =0 {Nobody is here} one {# person is here} other {# people are here}}",
    values: { count },
  });
}

function PersonName({ person: { name, hue } }: { person: Chatter }) {
  return (
    <span className="chat-name truncate" style={{ "--name-hue": hue } as CSSProperties} dir="auto">
      {name}
    </span>
  );
}

function Options({ looks, onLooks, popout }: Pick<ChatHeaderProps, "looks" | "onLooks" | "popout">) {
  const id = useId();
  const { readOnly } = useScene();
  const you = useChat((view) => view.you);
  const hears: [Hears, string][] = [
    ["all", i18n._({ id: "hears.all", message: "Everything" })],
    ["for-you", i18n._({ id: "hears.for-you", message: "What is for me" })],
    ["nothing", i18n._({ id: "hears.nothing", message: "Nothing" })],
  ];
  return (
    <>
      <button
        type="button"
        className="chat-icon-button"
        popoverTarget={id}
        aria-label={i18n._({ id: "options.open", message: "Chat settings" })}
      >
        <Icon name="settings" />
      </button>
      <div
        id={id}
        popover="auto"
        className="chat-popover chat-options"
        role="dialog"
        aria-label={i18n._({ id: "options.open", message: "Chat settings" })}
      >
        {you && !readOnly && <YourName you={you} />}
        <label className="chat-option">
          <span>{i18n._({ id: "options.size", message: "Text size" })}</span>
          <input
            type="range"
            min={12}
            max={20}
            value={looks.size}
            onChange={({ target }) => onLooks({ ...looks, size: Number(target.value) })}
          />
        </label>
        <label className="chat-option">
          <span>{i18n._({ id: "options.times", message: "Times" })}</span>
          <input
            type="checkbox"
            checked={looks.times}
            onChange={({ target }) => onLooks({ ...looks, times: target.checked })}
          />
        </label>
        <label className="chat-option">
          <span>{i18n._({ id: "options.hears", message: "Read out" })}</span>
          <select
            value={looks.hears}
            onChange={({ target }) =>
              onLooks({ ...looks, hears: hears.find(([name]) => name === target.value)?.[0] ?? "all" })
            }
          >
            {hears.map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {popout && (
          <a className="button mx-3 mb-2" href={popout} target="_blank" rel="noopener">
            <Icon name="external" />
            {i18n._({ id: "options.popout", message: "In a window of its own" })}
          </a>
        )}
      </div>
    </>
  );
}

/** What one is called here, and in which colour. */
function YourName({ you }: { you: Chatter }) {
  const { room } = useScene();
  const [name, setName] = useState(you.name);
  const complaint = useChat((view) => view.complaint);
  return (
    <form
      className="chat-you"
      data-part="chat-you"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) room.ask({ type: "rename", name: name.trim() });
      }}
    >
      <label>
        <span className="text-[13px] font-semibold text-fg-2">
          {i18n._({ id: "you.name", message: "Your name here" })}
        </span>
        <span className="flex gap-2">
          <input
            type="text"
            value={name}
            maxLength={30}
            autoComplete="nickname"
            dir="auto"
            onChange={({ target }) => setName(target.value)}
          />
          <button type="submit" className="button" disabled={!name.trim() || name.trim() === you.name}>
            {i18n._({ id: "you.change", message: "Change" })}
          </button>
        </span>
      </label>
      {complaint && (
        <p className="chat-complaint" role="alert">
          {refusalWords(complaint)}
        </p>
      )}
      <label>
        <span className="text-[13px] font-semibold text-fg-2">
          {i18n._({ id: "you.colour", message: "Your colour" })}
        </span>
        <input
          type="range"
          className="chat-hue"
          min={0}
          max={359}
          defaultValue={you.hue}
          style={{ "--name-hue": you.hue } as CSSProperties}
          onInput={({ currentTarget }) => currentTarget.style.setProperty("--name-hue", currentTarget.value)}
          onPointerUp={({ currentTarget }) => room.ask({ type: "colour", hue: Number(currentTarget.value) })}
          onKeyUp={({ currentTarget }) => room.ask({ type: "colour", hue: Number(currentTarget.value) })}
        />
      </label>
    </form>
  );
}
