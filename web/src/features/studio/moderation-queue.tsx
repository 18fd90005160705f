/** What waits for those who keep order: one list, worked through by keys. */
import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import { call } from "@/api/client";
import type { CaseDocument, HeldMessage, Queue as QueueDocument } from "@/api/schema";
import { formatAgo } from "@/lib/format";
import { Button } from "@/ui/button";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { wordsFor } from "@/ui/forms/problem-words";
import { Section } from "@/ui/forms/section";
import { useRefresh } from "./queries";

/** How often it is asked whether more waits. */
const LOOK_MS = 5_000;

const STEPS: Partial<Record<string, number>> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };
const DECISIONS: Partial<Record<string, boolean>> = { a: true, r: false };

interface Item {
  id: string;
  at: string;
  kind: "held" | "report" | "appeal";
  who: string;
  text: string;
  why: string;
  yes: string;
  no: string;
  decide(right: boolean): Promise<unknown>;
}

export function useQueue(channel: string) {
  return useQuery({
    queryKey: ["chat-queue", channel],
    queryFn: ({ signal }) =>
      call("GET /api/v1/channels/{name}/chat/queue", { path: { name: channel } }, signal),
    refetchInterval: LOOK_MS,
  });
}

export function ModerationQueue({ channel }: { channel: string }) {
  const query = useQueue(channel);
  return (
    <Section
      title={i18n._({ id: "queue.title", message: "Waiting for you" })}
      lead={i18n._({
        id: "queue.lead",
        message: "Arrows or J and K go from one to the next, A says yes, R says no.",
      })}
    >
      <Loaded query={query} lines={4}>
        {(queue) => <List channel={channel} items={itemsOf(channel, queue)} />}
      </Loaded>
    </Section>
  );
}

function List({ channel, items }: { channel: string; items: Item[] }) {
  const refresh = useRefresh();
  const list = useRef<HTMLUListElement>(null);
  const [complaint, setComplaint] = useState<string | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const [current, setCurrent] = useState(0);
  const at = Math.min(current, Math.max(0, items.length - 1));
  const focus = (index: number) => {
    setCurrent(index);
    list.current?.querySelectorAll<HTMLElement>("[data-part=queue-item]")[index]?.focus();
  };
  const decide = async (item: Item, right: boolean) => {
    setComplaint(null);
    try {
      await item.decide(right);
      setDone(right ? item.yes : item.no);
    } catch (error) {
      setComplaint(wordsFor(error));
    }
    await Promise.all([refresh("chat-queue", channel), refresh("chat-actions", channel)]);
    // What comes next stands in the same place.
    requestAnimationFrame(() => focus(Math.min(at, items.length - 2)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = items[at];
    const step = STEPS[event.key];
    if (step) focus(Math.min(items.length - 1, Math.max(0, at + step)));
    else if (item && event.key in DECISIONS) void decide(item, DECISIONS[event.key] === true);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <p className="visually-hidden" role="status">
        {done}
      </p>
      {complaint && <Notice kind="error">{complaint}</Notice>}
      {items.length === 0 ? (
        <p className="text-[15px] text-fg-2" data-part="queue-empty">
          {i18n._({ id: "queue.empty", message: "Nothing waits. It comes in here by itself." })}
        </p>
      ) : (
        <ul ref={list} className="rows" onKeyDown={onKeyDown}>
          {items.map((item, index) => (
            <Row
              key={item.id}
              item={item}
              first={index === at}
              onFocus={() => setCurrent(index)}
              onDecide={decide}
            />
          ))}
        </ul>
      )}
    </>
  );
}

interface RowProps {
  item: Item;
  /** Whether Tab comes to this one. */
  first: boolean;
  onFocus(): void;
  onDecide(item: Item, right: boolean): Promise<void>;
}

function Row({ item, first, onFocus, onDecide }: RowProps) {
  const kinds = {
    held: i18n._({ id: "queue.held", message: "Held" }),
    report: i18n._({ id: "queue.report", message: "Report" }),
    appeal: i18n._({ id: "queue.appeal", message: "Appeal" }),
  };
  return (
    <li
      tabIndex={first ? 0 : -1}
      data-part="queue-item"
      data-kind={item.kind}
      onFocus={onFocus}
      className="rounded-card px-2"
    >
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1 text-[13px] text-fg-2">
          <span className="tag" data-kind={item.kind === "held" ? "warn" : undefined}>
            {kinds[item.kind]}
          </span>
          <bdi className="font-semibold text-fg">{item.who}</bdi>
          <time dateTime={item.at}>{formatAgo(Date.parse(item.at), Date.now(), i18n.locale)}</time>
        </p>
        <p className="mt-1 text-[15px] wrap-anywhere" dir="auto">
          {item.text}
        </p>
        {item.why && <p className="mt-1 text-[13px] text-fg-2 wrap-anywhere">{item.why}</p>}
      </div>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void onDecide(item, true)}>
          {item.yes} <kbd>A</kbd>
        </Button>
        <Button kind="quiet" onClick={() => void onDecide(item, false)}>
          {item.no} <kbd>R</kbd>
        </Button>
      </div>
    </li>
  );
}

function itemsOf(channel: string, { held, cases }: QueueDocument): Item[] {
  const items = [...held.map((it) => heldItem(channel, it)), ...cases.map((it) => caseItem(channel, it))];
  return items.sort((a, b) => a.at.localeCompare(b.at));
}

function heldItem(channel: string, { id, at, message, reason }: HeldMessage): Item {
  return {
    id,
    at,
    kind: "held",
    who: message.author.name,
    text: message.text,
    why: reason,
    yes: i18n._({ id: "queue.approve", message: "Let it be said" }),
    no: i18n._({ id: "queue.refuse", message: "Refuse it" }),
    decide: (right) =>
      call("POST /api/v1/channels/{name}/chat/held/{id}", {
        path: { name: channel, id },
        body: { approve: right },
      }),
  };
}

function caseItem(channel: string, { id, at, kind, chatter_name, subject_id, text }: CaseDocument): Item {
  const path = { name: channel, id };
  const answer = (granted: boolean) =>
    call("POST /api/v1/channels/{name}/chat/cases/{id}", { path, body: { granted, answer: "" } });
  const base = { id, at, who: chatter_name, text, why: "" };
  if (kind === "appeal") {
    return {
      ...base,
      kind,
      yes: i18n._({ id: "queue.undo", message: "Take it back" }),
      no: i18n._({ id: "queue.uphold", message: "It stays" }),
      decide: answer,
    };
  }
  return {
    ...base,
    kind,
    yes: i18n._({ id: "queue.delete", message: "Delete the message" }),
    no: i18n._({ id: "queue.dismiss", message: "Nothing wrong" }),
    async decide(right) {
      if (right)
        await call("POST /api/v1/channels/{name}/chat/actions", {
          path: { name: channel },
          body: { action: "delete", messages: [subject_id], reason: "" },
        });
      await answer(right);
    },
  };
}
