import { i18n } from "@lingui/core";
import { useChat, useScene } from "./context";
import type { Outgoing } from "./room";
import { refusalWords } from "./words";

/** What was said and is not in the room yet: why, and what to do about it. */
export function Outbox({ onEdit }: { onEdit(text: string): void }) {
  const { room } = useScene();
  const outbox = useChat((view) => view.outbox);
  const shown = outbox.filter(({ state }) => state !== "sending");
  if (shown.length === 0) return null;
  return (
    <ul className="chat-outbox" data-part="chat-outbox">
      {shown.map((entry) => (
        <li key={entry.key} data-state={entry.state}>
          <span className="min-w-0 flex-1">
            <span className="block truncate" dir="auto">
              {entry.command.text}
            </span>
            <span className="block text-[13px] text-fg-2" role="status">
              {stateWords(entry)}
            </span>
          </span>
          {entry.state === "refused" && (
            <button
              type="button"
              className="underline"
              onClick={() => {
                onEdit(entry.command.text);
                room.dismiss(entry.key);
              }}
            >
              {i18n._({ id: "outbox.edit", message: "Change it" })}
            </button>
          )}
          <button type="button" className="underline" onClick={() => room.dismiss(entry.key)}>
            {i18n._({ id: "outbox.dismiss", message: "Dismiss" })}
          </button>
        </li>
      ))}
    </ul>
  );
}

function stateWords({ state, refusal }: Outgoing): string {
  if (state === "waiting") return i18n._({ id: "outbox.waiting", message: "Waits for the connection" });
  if (state === "held") return i18n._({ id: "outbox.held", message: "A moderator looks at it first" });
  return refusal ? refusalWords(refusal) : "";
}
