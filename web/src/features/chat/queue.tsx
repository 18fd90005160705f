import { i18n } from "@lingui/core";
import { type ReactNode, useEffect, useId, useState } from "react";
import { useStore } from "zustand";
import type { QueueCount } from "@/api/chat";
import { Icon } from "@/ui/icon";
import { useScene } from "./context";
import { CHAT } from "./icons";
import type { Queue } from "./moderation";

const MAX_ANSWER = 1000;

/** What waits for those who keep order: the server says how much, and here it is decided. */
export function QueueButton({ waits }: { waits: QueueCount }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const count = waits.held + waits.cases;
  const label = i18n._({
    id: "queue.label",
    message:
      "{count, plural, =0 {Nothing waits for you} one {# thing waits for you} other {# things wait for you}}",
    values: { count },
  });
  return (
    <>
      <button
        type="button"
        className="chat-icon-button chat-queue-button"
        popoverTarget={id}
        aria-label={label}
        data-waiting={count > 0 || undefined}
      >
        <Icon glyph={CHAT.queue} />
        {count > 0 && (
          <span className="text-sm tabular-nums" aria-hidden="true">
            {count > 99 ? "99+" : count}
          </span>
        )}
      </button>
      <div
        id={id}
        popover="auto"
        className="chat-popover chat-queue"
        role="dialog"
        aria-label={i18n._({ id: "queue.title", message: "Waiting for you" })}
        data-part="chat-queue"
        onToggle={(event) => setOpen(event.newState === "open")}
      >
        <h3 className="px-3 pt-2 pb-1 text-sm font-semibold">{label}</h3>
        {open && <Waiting waits={waits} />}
      </div>
    </>
  );
}

/** The list, read anew whenever the server says that it is another. */
function Waiting({ waits }: { waits: QueueCount }) {
  const { moderation } = useScene();
  const [queue, setQueue] = useState<Queue | null>(null);
  const [failed, setFailed] = useState(false);
  const complaint = useStore(moderation.store, (view) => view.complaint);
  const { held, cases } = waits;
  // biome-ignore lint/correctness/useExhaustiveDependencies: other numbers mean another list.
  useEffect(() => {
    let gone = false;
    moderation.queue().then(
      (read) => !gone && setQueue(read),
      () => !gone && setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, [moderation, held, cases]);
  if (failed && !queue)
    return (
      <p className="px-3 pb-2 text-sm" role="alert">
        {i18n._({ id: "queue.failed", message: "It cannot be read now. Close this and open it again." })}
      </p>
    );
  if (!queue) return null;
  return (
    <>
      {complaint && (
        <p className="chat-complaint px-3" role="alert">
          {complaint}
        </p>
      )}
      <ul>
        {queue.held.map(({ id, message, reason }) => (
          <Item key={id} who={message.author.name} about={reason} text={message.text}>
            <Decide
              yes={i18n._({ id: "queue.approve", message: "Let it be said" })}
              no={i18n._({ id: "queue.refuse", message: "Keep it back" })}
              onDecide={(approve) => moderation.review(id, approve)}
            />
          </Item>
        ))}
        {queue.cases.map(({ id, kind, chatter_name, text }) => (
          <Case key={id} id={id} appeal={kind === "appeal"} who={chatter_name} text={text} />
        ))}
      </ul>
    </>
  );
}

interface CaseProps {
  id: string;
  appeal: boolean;
  who: string;
  text: string;
}

function Case({ id, appeal, who, text }: CaseProps) {
  const { moderation } = useScene();
  const [answer, setAnswer] = useState("");
  const about = appeal
    ? i18n._({ id: "queue.appeal", message: "appeals against what was done" })
    : i18n._({ id: "queue.report", message: "reports a message" });
  return (
    <Item who={who} about={about} text={text}>
      <input
        type="text"
        value={answer}
        maxLength={MAX_ANSWER}
        dir="auto"
        aria-label={i18n._({ id: "queue.answer", message: "Your answer to {who}", values: { who } })}
        placeholder={i18n._({ id: "queue.answer.hint", message: "Answer (optional)" })}
        onChange={({ target }) => setAnswer(target.value)}
      />
      <Decide
        yes={
          appeal
            ? i18n._({ id: "queue.undo", message: "Undo what was done" })
            : i18n._({ id: "queue.right", message: "It is right" })
        }
        no={
          appeal
            ? i18n._({ id: "queue.stays", message: "It stays" })
            : i18n._({ id: "queue.wrong", message: "Nothing to do" })
        }
        onDecide={(granted) => moderation.decide(id, granted, answer.trim())}
      />
    </Item>
  );
}

interface ItemProps {
  who: string;
  about: string;
  text: string;
  children: ReactNode;
}

function Item({ who, about, text, children }: ItemProps) {
  return (
    <li className="chat-queue-item">
      <p className="text-[13px] text-fg-2">
        <bdi className="font-semibold text-fg">{who}</bdi> · {about}
      </p>
      <p className="wrap-anywhere" dir="auto">
        {text}
      </p>
      {children}
    </li>
  );
}

interface DecideProps {
  yes: string;
  no: string;
  onDecide(yes: boolean): Promise<boolean>;
}

function Decide({ yes, no, onDecide }: DecideProps) {
  const [busy, setBusy] = useState(false);
  const decide = (granted: boolean) => {
    setBusy(true);
    void onDecide(granted).finally(() => setBusy(false));
  };
  return (
    <p className="flex flex-wrap gap-2">
      <button type="button" className="button" data-primary="" disabled={busy} onClick={() => decide(true)}>
        {yes}
      </button>
      <button type="button" className="button" disabled={busy} onClick={() => decide(false)}>
        {no}
      </button>
    </p>
  );
}
