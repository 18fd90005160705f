import { i18n } from "@lingui/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { ChatEvent } from "@/api/chat";
import { request } from "@/api/client";
import { Icon } from "@/ui/icon";
import { useChat, useScene } from "./context";
import { CHAT } from "./icons";
import type { Row } from "./model";
import { RowView } from "./row";

/** Rows on the page while the newest is followed: some screens of them. */
const MAX_FOLLOWED = 100;
/** With fewer lines than the server shows at first there are none before them. */
const MIN_ROWS = 40;
/** So near to the end somebody reads what is new. */
const STICK_PX = 48;

/**
 * What was said. The list grows from its lower edge (`column-reverse`), so the newest line stays in
 * sight without a script; who scrolls up, or walks through the lines, stops it.
 */
export function MessageList() {
  const { room } = useScene();
  // Nobody sees further up while the newest is in sight: to have less on the page is to draw sooner.
  const rows = useChat((view) => (view.waiting ? view.rows : newest(view.rows)));
  const welcomed = useChat((view) => view.welcomed);
  const scroller = useRef<HTMLDivElement>(null);
  const end = () => {
    if (scroller.current) scroller.current.scrollTop = 0;
    room.resume();
  };
  const follow = () => {
    const { current } = scroller;
    if (!current) return;
    const reading = Math.abs(current.scrollTop) > STICK_PX || hasFocusedRow(current);
    if (reading) room.pause();
    else room.resume();
  };
  // Somebody who says something wants to see it.
  const waiting = useChat((view) => view.waiting);
  useEffect(() => {
    if (waiting === null && scroller.current && !hasFocusedRow(scroller.current))
      scroller.current.scrollTop = 0;
  }, [waiting]);
  return (
    <div className="chat-list">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={i18n._({ id: "list.label", message: "Messages" })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys.
        tabIndex={0}
        className="chat-scroller"
        onScroll={follow}
        onFocus={follow}
        onBlur={() => requestAnimationFrame(follow)}
        onKeyDown={(event) => walk(event, scroller.current, end)}
      >
        <ul className="chat-rows">
          <Earlier />
          {welcomed && rows.length === 0 && (
            <li className="chat-note">
              {i18n._({ id: "list.nothing", message: "Nobody has said anything yet." })}
            </li>
          )}
          {rows.map((row) => (
            <RowView key={row.key} row={row} />
          ))}
        </ul>
      </div>
      <UnreadPill onEnd={end} />
    </div>
  );
}

/** Above the oldest line, the way to what was said before it. */
function Earlier() {
  const { room, slug, readOnly } = useScene();
  const many = useChat((view) => view.rows.length >= MIN_ROWS);
  const [state, setState] = useState<"more" | "busy" | "none">("more");
  if (!many || readOnly || state === "none") return null;
  const load = async () => {
    setState("busy");
    const more = await room.earlier((before) => historyBefore(slug, before)).catch(() => true);
    setState(more ? "more" : "none");
  };
  return (
    <li className="chat-earlier">
      <button type="button" aria-disabled={state === "busy" || undefined} onClick={() => void load()}>
        {i18n._({ id: "list.earlier", message: "Show earlier messages" })}
      </button>
    </li>
  );
}

async function historyBefore(slug: string, before: number): Promise<ChatEvent[]> {
  const url = `/api/v1/channels/${encodeURIComponent(slug)}/chat/messages?before=${before}`;
  return ((await request("GET", url, undefined)) as { events: ChatEvent[] }).events;
}

const shown = new WeakMap<Row[], Row[]>();

/** The newest rows; the same ones for the same rows, as stores want it. */
function newest(rows: Row[]): Row[] {
  if (rows.length <= MAX_FOLLOWED) return rows;
  const known = shown.get(rows) ?? rows.slice(-MAX_FOLLOWED);
  shown.set(rows, known);
  return known;
}

function hasFocusedRow(scroller: HTMLElement): boolean {
  const { activeElement } = document;
  return (
    activeElement !== scroller && scroller.contains(activeElement) && activeElement?.matches("li") === true
  );
}

/** Arrows go from line to line; Escape goes back to where one writes. */
function walk(event: KeyboardEvent, scroller: HTMLElement | null, end: () => void): void {
  if (!scroller) return;
  const lines = [...scroller.querySelectorAll<HTMLElement>("li[tabindex]")];
  const at = lines.indexOf(document.activeElement as HTMLElement);
  const to = {
    ArrowUp: at < 0 ? lines.length - 1 : at - 1,
    ArrowDown: at < 0 ? lines.length : at + 1,
    Home: 0,
    End: lines.length,
  }[event.key];
  if (event.key === "Escape") {
    end();
    scroller.closest(".chat")?.querySelector("textarea")?.focus();
  } else if (to === undefined) {
    return;
  } else if (to >= lines.length) {
    scroller.focus();
    end();
  } else {
    lines[Math.max(0, to)]?.focus();
  }
  event.preventDefault();
}

function UnreadPill({ onEnd }: { onEnd(): void }) {
  const waiting = useChat((view) => view.waiting !== null);
  const { count, forYou } = useChat((view) => view.unread);
  if (!waiting) return null;
  return (
    <button type="button" className="chat-pill" data-part="chat-pill" onClick={onEnd}>
      <Icon glyph={CHAT.down} />
      {count === 0
        ? i18n._({ id: "pill.paused", message: "Go to the newest" })
        : i18n._({
            id: "pill.unread",
            message: "{count, plural, one {# new message} other {# new messages}}",
            values: { count },
          })}
      {forYou > 0 && (
        <span className="chat-pill-you">
          {i18n._({
            id: "pill.for-you",
            message: "{forYou, plural, one {# for you} other {# for you}}",
            values: { forYou },
          })}
        </span>
      )}
    </button>
  );
}
