import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ChatMessage, Chatter } from "@/api/chat";
import { ChatLine } from "@/api/chat-line";
import { expectAccessible } from "@/lib/testing/axe";
import { MODES, person, said, welcome } from "@/lib/testing/chat-samples";
import { ChatPanel } from ".";

const ana = person("Ana", { kind: "account", username: "ana", badges: ["authenticated"] });
const mod = person("Maren", { kind: "account", badges: ["owner"] });
const bo = person("Bo");

let line: ChatLine;
let heard: Record<string, unknown>[];
let asked: [string, unknown][];

beforeEach(() => {
  vi.useFakeTimers();
  heard = [];
  asked = [];
  line = new ChatLine();
  line.connect((text) => heard.push(JSON.parse(text)) > 0);
  sessionStorage.clear();
  vi.stubGlobal(
    "fetch",
    vi.fn(async (url: string, { method, body }: RequestInit) => {
      asked.push([`${method} ${url}`, body ? JSON.parse(String(body)) : undefined]);
      return method === "POST" ? Response.json({ id: "deed", token: "guest-token" }) : Response.json({});
    }),
  );
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function draw(you: Chatter | null, props: object = {}) {
  return render(
    <QueryClientProvider client={new QueryClient()}>
      <ChatPanel slug="maren" line={line} signedIn={you !== null} signInHref="/sign-in" {...props} />
    </QueryClientProvider>,
  );
}

function open(you: Chatter | null, more: object = {}, props: object = {}) {
  const drawn = draw(you, props);
  arrive(welcome(you, more));
  return drawn;
}

function arrive(...messages: ChatMessage[]) {
  act(() => {
    for (const message of messages) line.take(message);
    vi.advanceTimersByTime(100);
  });
}

function says(author: Chatter, text: string, more: object = {}) {
  const event = said(author, text, more);
  arrive({ type: "chat", events: [event] });
  return event;
}

const field = () => screen.getByLabelText("Your message") as HTMLTextAreaElement;

function type(text: string) {
  fireEvent.change(field(), { target: { value: text, selectionStart: text.length } });
  field().setSelectionRange(text.length, text.length);
  fireEvent.select(field());
}

const press = (key: string, on: Element = field()) => fireEvent.keyDown(on, { key });
const settle = () => act(async () => void (await vi.advanceTimersByTimeAsync(50)));

it("is accessible, with everything in it that there can be", async () => {
  const { container } = open(mod, {
    modes: { ...MODES, slow_seconds: 10, followers_only_minutes: 5 },
    pinned: { message: said(bo, "read this"), by: "Maren", until: null },
    poll: {
      id: "p",
      question: "Tea?",
      choices: [
        { text: "Yes", votes: 3 },
        { text: "No", votes: 1 },
      ],
      by: "Maren",
      closes_at: "2126-01-01T00:00:00Z",
      closed: false,
    },
  });
  says(bo, "hello");
  says(bo, "again", { reply_to: { id: "x", author_name: "Ana", excerpt: "what" } });
  type("@b");
  vi.useRealTimers();
  await expectAccessible(container);
});

it("says something with Enter and keeps the field for the next", () => {
  open(ana);
  type("hello there");
  press("Enter");
  expect(heard).toMatchObject([{ type: "say", text: "hello there" }]);
  expect(field().value).toBe("");
});

it("marks the moment of the stream by a command, for those who keep order", async () => {
  open(mod);
  type("/marker The goal");
  press("Enter");
  await settle();
  const path = "POST /api/v1/channels/maren/broadcasts/current/markers";
  expect(asked).toContainEqual([path, { text: "The goal" }]);
  expect(heard).toEqual([]);
  screen.getByText(/^Marked at/);
});

it("answers a message by a key on it, and goes back to writing", () => {
  open(ana);
  const hello = says(bo, "hello");
  const row = screen.getByText("hello").closest("li") as HTMLElement;
  fireEvent.keyDown(row, { key: "r" });
  expect(document.activeElement).toBe(field());
  expect(screen.getByText(/Answering Bo/)).toBeTruthy();
  type("hi Bo");
  press("Enter");
  expect(heard).toMatchObject([{ type: "say", text: "hi Bo", reply_to: hello.id }]);
});

it("completes people, those who spoke last first, and takes one with Tab", () => {
  open(ana);
  says(person("Bob"), "a");
  says(bo, "b");
  type("hi @b");
  const options = within(screen.getByRole("listbox", { name: "Suggestions" })).getAllByRole("option");
  expect(options.map(({ textContent }) => textContent)).toEqual(["@Bo", "@Bob"]);
  press("Tab");
  expect(field().value).toBe("hi @Bo ");
});

it("changes the last thing one said with the arrow up, and leaves with Escape", () => {
  open(ana);
  const mine = says(ana, "helo");
  press("ArrowUp");
  expect(field().value).toBe("helo");
  press("Escape");
  expect(field().value).toBe("");
  press("ArrowUp");
  type("hello");
  press("Enter");
  expect(heard).toMatchObject([{ type: "edit", id: mine.id, text: "hello" }]);
});

it("gives back what was refused, with the reason", () => {
  open(ana);
  type("buy this");
  press("Enter");
  const key = String(heard[0]?.key);
  arrive({ type: "refused", key, code: "term_refused", detail: "no", until: null, range: [0, 3] });
  expect(field().value).toBe("buy this");
  expect(screen.getByRole("alert").textContent).toBe("“buy” is not said here.");
});

it("waits out slow mode with what was written in the field", () => {
  const until = new Date(Date.now() + 10_000).toISOString();
  open(ana, { may_speak: { allowed: false, reason: "slow_mode", detail: "", until } });
  type("patience");
  press("Enter");
  expect([heard.length, field().value]).toEqual([0, "patience"]);
  expect(screen.getByRole("button", { name: "Send, in 10 seconds" })).toBeTruthy();
  act(() => vi.advanceTimersByTime(10_300));
  press("Enter");
  expect(heard).toMatchObject([{ text: "patience" }]);
});

it("says why one cannot write, and what to do about it", () => {
  open(null, { may_speak: { allowed: false, reason: "signed_in_only", detail: "", until: null } });
  expect(screen.getByText("Sign in to write here.")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Sign in" }).getAttribute("href")).toBe("/sign-in");
});

it("gives a guest a name when they begin to write, not before", async () => {
  open(null, { may_speak: { allowed: false, reason: "read_only", detail: "", until: null } });
  await settle();
  expect(asked).toEqual([]);
  fireEvent.focus(field());
  await settle();
  expect(asked).toMatchObject([["POST /api/v1/guests", undefined]]);
  expect(heard).toEqual([{ type: "hello", guest: "guest-token" }]);
});

it("takes a message away by one key, and has it back by Undo", async () => {
  open(mod);
  const rude = says(bo, "rude");
  fireEvent.keyDown(screen.getByText("rude").closest("li") as HTMLElement, { key: "d" });
  await settle();
  expect(asked).toEqual([
    ["POST /api/v1/channels/maren/chat/actions", { action: "delete", messages: [rude.id], reason: "" }],
  ]);
  fireEvent.click(screen.getByRole("button", { name: "Undo" }));
  await settle();
  expect(asked.at(-1)?.[0]).toBe("DELETE /api/v1/channels/maren/chat/actions/deed");
  expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
});

it("offers Undo for six seconds", async () => {
  open(mod);
  says(bo, "rude");
  fireEvent.keyDown(screen.getByText("rude").closest("li") as HTMLElement, { key: "d" });
  await settle();
  act(() => vi.advanceTimersByTime(6_000));
  expect(screen.queryByRole("button", { name: "Undo" })).toBeNull();
});

it("keeps offering Undo to somebody who is at it", async () => {
  open(mod);
  says(bo, "rude");
  fireEvent.keyDown(screen.getByText("rude").closest("li") as HTMLElement, { key: "d" });
  await settle();
  act(() => screen.getByRole("button", { name: "Undo" }).focus());
  act(() => vi.advanceTimersByTime(60_000));
  fireEvent.click(screen.getByRole("button", { name: "Undo" }));
  await settle();
  expect(asked.at(-1)?.[0]).toBe("DELETE /api/v1/channels/maren/chat/actions/deed");
  expect(document.activeElement).toBe(screen.getByRole("log"));
});

it("stays on a line whose tool was used with a key", async () => {
  open(mod);
  const rude = says(bo, "rude");
  const row = screen.getByText("rude").closest("li") as HTMLElement;
  act(() => row.focus());
  const tool = within(row).getByRole("button", { name: "Delete" });
  act(() => tool.focus());
  fireEvent.click(tool, { detail: 0 });
  await settle();
  const { id, at } = rude;
  arrive({ type: "chat", events: [{ kind: "deleted", seq: 500, at, ids: [id], by: "moderator" }] });
  expect(document.activeElement).toBe(row);
});

it("silences somebody from their card by a number", async () => {
  open(mod);
  says(bo, "rude");
  fireEvent.keyDown(screen.getByText("rude").closest("li") as HTMLElement, { key: "m" });
  const card = screen.getByRole("dialog", { name: "Bo" });
  fireEvent.keyDown(within(card).getByRole("button", { name: "Close" }), { key: "2" });
  await settle();
  expect(asked[0]?.[1]).toEqual({ action: "timeout", chatter: "bo", seconds: 600, reason: "" });
});

it("shows those who keep no order nothing to keep it with", () => {
  open(ana);
  says(bo, "hi");
  const row = screen.getByText("hi").closest("li") as HTMLElement;
  fireEvent.keyDown(row, { key: "d" });
  fireEvent.keyDown(row, { key: "m" });
  expect(within(screen.getByRole("dialog", { name: "Bo" })).queryByText("Ban")).toBeNull();
  expect(asked).toEqual([]);
});

it("walks through messages with arrows, holds them still meanwhile, and ends with Escape", () => {
  open(ana);
  for (const text of ["one", "two", "three"]) says(bo, text);
  const log = screen.getByRole("log");
  log.focus();
  press("ArrowUp", log);
  expect(document.activeElement?.textContent).toContain("three");
  press("ArrowUp", document.activeElement as Element);
  expect(document.activeElement?.textContent).toContain("two");
  act(() => vi.advanceTimersByTime(20));
  says(bo, "four");
  expect(screen.queryByText("four")).toBeNull();
  expect(screen.getByRole("button", { name: "1 new message" })).toBeTruthy();
  press("Escape", document.activeElement as Element);
  expect(document.activeElement).toBe(field());
  expect(screen.getByText("four")).toBeTruthy();
});

it("reads out one message in two seconds, those for the reader first", () => {
  const { container } = open(ana);
  const spoken = () => container.querySelector("[data-part=chat-spoken]")?.textContent;
  says(bo, "@ana look", { mentions: ["Ana"] });
  says(bo, "never mind");
  act(() => vi.advanceTimersByTime(2_000));
  expect(spoken()).toBe("Bo: @ana look");
  says(bo, "later");
  act(() => vi.advanceTimersByTime(2_000));
  expect(spoken()).toBe("Bo: later");
});

it("votes once", () => {
  const poll = {
    id: "p",
    question: "Tea?",
    choices: [
      { text: "Yes", votes: 0 },
      { text: "No", votes: 0 },
    ],
    by: "Maren",
    closes_at: "2126-01-01T00:00:00Z",
    closed: false,
  };
  open(ana, { poll });
  fireEvent.click(screen.getByText("No"));
  fireEvent.click(screen.getByText("Yes"));
  expect(heard).toMatchObject([{ type: "vote", poll: "p", choice: 1 }]);
});

it("only reads where it is only for reading", () => {
  open(null, {}, { readOnly: true });
  says(bo, "hi");
  expect(screen.queryByLabelText("Your message")).toBeNull();
  expect(screen.getByText("hi")).toBeTruthy();
});

it("goes on where it was when it is drawn at another place", () => {
  const drawn = open(ana);
  says(bo, "before");
  drawn.unmount();
  says(bo, "meanwhile");
  draw(ana);
  expect(screen.getByText("before")).toBeTruthy();
  expect(screen.getByText("meanwhile")).toBeTruthy();
  type("after");
  press("Enter");
  expect(heard).toMatchObject([{ type: "say", text: "after" }]);
});

it("keeps a draft when the page is loaded anew", () => {
  open(ana).unmount();
  sessionStorage.setItem("rivulet.chat-draft.maren", "half a thought");
  open(ana);
  expect(field().value).toBe("half a thought");
});

it("takes names and pauses as commands", async () => {
  open(mod);
  type("/name Mara");
  press("Enter");
  type("/slow 10");
  press("Enter");
  await settle();
  expect(heard).toMatchObject([{ type: "rename", name: "Mara" }]);
  expect(asked).toEqual([["PATCH /api/v1/channels/maren/chat/settings", { slow_seconds: 10 }]]);
});
