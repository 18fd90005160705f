import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { ChatMessage } from "@/api/chat";
import { ChatLine } from "@/api/chat-line";
import { call } from "@/api/client";
import type { Health, Status } from "@/api/schema";
import { formatAgo } from "@/lib/format";
import { Button } from "@/ui/button";
import { Section } from "@/ui/forms/section";
import {
  type Entry,
  entriesOfChat,
  entriesOfFollowers,
  entriesOfHealth,
  entriesOfMarkers,
  entryOfStatus,
  withEntries,
} from "./activity";
import { useMarkers } from "./queries";

/** How often it is asked who follows. */
const FOLLOWERS_MS = 10_000;

/** A chat's line that lets somebody else hear along. */
export class HeardLine extends ChatLine {
  readonly #listeners = new Set<(message: ChatMessage) => void>();

  hear(listener: (message: ChatMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  override take(message: ChatMessage): void {
    for (const listener of this.#listeners) listener(message);
    super.take(message);
  }
}

interface ActivityProps {
  channel: string;
  line: HeardLine;
  status: Status | undefined;
  health: Health | undefined;
}

/** What happens, the newest first; it can be held while somebody reads. */
export function Activity(props: ActivityProps) {
  const entries = useActivity(props);
  const [held, setHeld] = useState<Entry[] | null>(null);
  const shown = held ?? entries;
  const waiting = held ? entries.filter(({ at }) => at > (held.at(-1)?.at ?? 0)).length : 0;
  return (
    <Section title={i18n._({ id: "activity.title", message: "Activity" })}>
      <div className="flex flex-col gap-4" data-part="activity">
        <Button
          className="self-start"
          aria-pressed={held !== null}
          onClick={() => setHeld(held ? null : entries)}
        >
          {held
            ? i18n._({ id: "activity.resume", message: "Go on ({count} new)", values: { count: waiting } })
            : i18n._({ id: "activity.hold", message: "Hold" })}
        </Button>
        {shown.length === 0 && (
          <p className="text-[15px] text-fg-2">
            {i18n._({ id: "activity.empty", message: "Quiet so far. New people and followers stand here." })}
          </p>
        )}
        <ol
          className="rows max-h-96 overflow-y-auto"
          aria-label={i18n._({ id: "activity.title", message: "Activity" })}
          tabIndex={shown.length > 0 ? 0 : -1}
        >
          {[...shown].reverse().map(({ id, at, kind, words }) => (
            <li key={id} className="gap-x-3! py-2!" data-kind={kind}>
              <span className="min-w-0 flex-1 text-[14px] wrap-anywhere">{words}</span>
              <time className="text-[12px] text-fg-3" dateTime={new Date(at).toISOString()}>
                {formatAgo(at, Date.now(), i18n.locale)}
              </time>
            </li>
          ))}
        </ol>
      </div>
    </Section>
  );
}

function useActivity({ channel, line, status, health }: ActivityProps): Entry[] {
  const [entries, setEntries] = useState<Entry[]>([]);
  const add = (more: Entry[]) => setEntries((known) => withEntries(known, more));
  useEffect(
    () =>
      line.hear((message) => {
        if (message.type === "chat") setEntries((known) => withEntries(known, entriesOfChat(message.events)));
      }),
    [line],
  );
  const state = status?.state;
  const before = useRef(state);
  // biome-ignore lint/correctness/useExhaustiveDependencies: counts of viewers are no news.
  useEffect(() => {
    if (status && before.current !== undefined && before.current !== state)
      add([entryOfStatus(status, Date.now())]);
    before.current = state;
  }, [state]);
  useEffect(() => {
    if (health) setEntries((known) => withEntries(known, entriesOfHealth(health)));
  }, [health]);
  const { data } = useQuery({
    queryKey: ["new-followers", channel],
    queryFn: ({ signal }) =>
      call("GET /api/v1/channels/{name}/followers", { path: { name: channel } }, signal),
    refetchInterval: FOLLOWERS_MS,
  });
  useEffect(() => {
    if (data) setEntries((known) => withEntries(known, entriesOfFollowers(data.followers.slice(0, 20))));
  }, [data]);
  const broadcast = status && status.state !== "offline" ? status.broadcast_id : null;
  const { data: marked } = useMarkers(channel, broadcast);
  useEffect(() => {
    if (marked) setEntries((known) => withEntries(known, entriesOfMarkers(marked.markers)));
  }, [marked]);
  return entries;
}
