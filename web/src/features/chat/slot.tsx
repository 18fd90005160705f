import { i18n } from "@lingui/core";
import { useState } from "react";
import { formatLeft } from "@/lib/when";
import { Icon } from "@/ui/icon";
import { useMediaQuery } from "@/ui/use-media-query";
import { useChat, useScene } from "./context";
import { CHAT } from "./icons";
import { modeWords } from "./words";

/** What stands over the messages: rules that hold now, the pinned message, a poll. */
export function Slot() {
  return (
    <div className="chat-slot">
      <Chips />
      <PinnedBar />
      <PollCard />
    </div>
  );
}

function Chips() {
  const modes = useChat((view) => view.modes);
  const chips = modes ? modeWords(modes) : [];
  if (chips.length === 0) return null;
  return (
    <ul className="chat-chips" aria-label={i18n._({ id: "chips.label", message: "Rules of this chat" })}>
      {chips.map(({ name, label }) => (
        <li key={name} className="chip" data-mode={name}>
          {label}
        </li>
      ))}
    </ul>
  );
}

function PinnedBar() {
  const pinned = useChat((view) => view.pinned);
  const [folded, setFolded] = useState<string | null>(null);
  if (!pinned) return null;
  const { message, by, until } = pinned;
  const closed = folded === message.id;
  const left = until ? formatLeft(until, Date.now(), i18n.locale) : null;
  return (
    <section
      className="chat-pinned"
      data-part="chat-pinned"
      aria-label={i18n._({ id: "pinned.label", message: "Pinned message" })}
    >
      <Icon glyph={CHAT.pin} />
      <div className="min-w-0 flex-1">
        <p className="text-[13px] text-fg-2">
          {i18n._({
            id: "pinned.by",
            message: "{author}, pinned by {by}",
            values: { author: message.author.name, by },
          })}
          {left && ` · ${i18n._({ id: "pinned.left", message: "{left} more", values: { left } })}`}
        </p>
        {!closed && (
          <p
            className="chat-text line-clamp-2"
            dir="auto"
            // biome-ignore lint/security/noDangerouslySetInnerHtml: the server's sanitiser is the one place that decides.
            dangerouslySetInnerHTML={{ __html: message.html }}
          />
        )}
      </div>
      <button
        type="button"
        className="chat-icon-button"
        aria-expanded={!closed}
        aria-label={i18n._({ id: "pinned.fold", message: "Show the pinned message" })}
        onClick={() => setFolded(closed ? null : message.id)}
      >
        <Icon glyph={CHAT.down} />
      </button>
    </section>
  );
}

function PollCard() {
  const { room, readOnly } = useScene();
  const poll = useChat((view) => view.poll);
  const you = useChat((view) => view.you);
  const [chosen, setChosen] = useState<{ poll: string; choice: number } | null>(null);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const roomy = useMediaQuery("(width >= 900px)");
  const [folded, setFolded] = useState<string | null>(null);
  if (!poll || dismissed === poll.id) return null;
  // Where there is little room, the question alone stands over what is said.
  const closed = roomy ? folded === poll.id : folded !== poll.id;
  const votes = poll.choices.reduce((sum, choice) => sum + choice.votes, 0);
  const yours = chosen?.poll === poll.id ? chosen.choice : null;
  const open = !poll.closed && !readOnly && you !== null && yours === null;
  const vote = (choice: number) => {
    if (room.ask({ type: "vote", poll: poll.id, choice })) setChosen({ poll: poll.id, choice });
  };
  return (
    <section className="chat-poll" data-part="chat-poll" aria-labelledby="poll-question">
      <div className="flex items-center">
        <h3 id="poll-question" className="min-w-0 flex-1 font-semibold wrap-anywhere" dir="auto">
          {poll.question}
        </h3>
        <button
          type="button"
          className="chat-icon-button"
          aria-expanded={!closed}
          aria-label={i18n._({ id: "poll.fold", message: "Show the answers" })}
          onClick={() => setFolded(folded === poll.id ? null : poll.id)}
        >
          <Icon glyph={CHAT.down} />
        </button>
        <button
          type="button"
          className="chat-icon-button"
          aria-label={i18n._({ id: "poll.close", message: "Hide the poll" })}
          onClick={() => setDismissed(poll.id)}
        >
          <Icon name="close" />
        </button>
      </div>
      <ul hidden={closed}>
        {poll.choices.map((choice, index) => {
          const share = votes > 0 ? choice.votes / votes : 0;
          const percent = new Intl.NumberFormat(i18n.locale, { style: "percent" }).format(share);
          return (
            // Answers have nothing of their own that stays the same but their order.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above.
            <li key={index}>
              <button
                type="button"
                disabled={!open}
                aria-pressed={yours === index}
                onClick={() => vote(index)}
              >
                <span
                  className="chat-poll-bar"
                  style={{ inlineSize: `${share * 100}%` }}
                  aria-hidden="true"
                />
                <span className="min-w-0 flex-1 wrap-anywhere" dir="auto">
                  {choice.text}
                </span>
                <span className="tabular-nums">{percent}</span>
              </button>
            </li>
          );
        })}
      </ul>
      <p className="text-[13px] text-fg-2 tabular-nums">
        {i18n._({
          id: "poll.votes",
          message: "{votes, plural, one {# vote} other {# votes}}",
          values: { votes },
        })}
        {poll.closed && ` · ${i18n._({ id: "poll.over", message: "it is over" })}`}
      </p>
    </section>
  );
}
