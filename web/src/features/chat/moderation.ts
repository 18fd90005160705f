/**
 * Keeping order: what moderators do takes effect at once and can be taken back for a moment,
 * which is quicker and safer than a question before each deed.
 */
import { i18n } from "@lingui/core";
import { createStore } from "zustand/vanilla";
import { type Answer, ProblemError, request } from "@/api/client";
import type { MarkerDocument } from "@/api/schema";
import { formatElapsed } from "@/lib/format";
import { refusalWords, unreachableWords } from "./words";

/** How long a deed is offered to be taken back. */
const UNDO_MS = 6_000;
/** Deeds that are offered at once; of more, the newest. */
const MAX_OFFERED = 3;

export type Deed =
  | { action: "delete"; messages: string[] }
  | { action: "clear" | "ban" | "unban" | "untimeout" | "warn"; chatter: string }
  | { action: "timeout"; chatter: string; seconds: number };

export interface Done {
  id: string;
  /** What was done, in words. */
  words: string;
  undoable: boolean;
}

export type Queue = Answer<"GET /api/v1/channels/{name}/chat/queue">;

interface View {
  done: Done[];
  complaint: string | null;
}

/** What cannot be taken back, only answered by its opposite. */
const FINAL: Deed["action"][] = ["unban", "untimeout", "warn"];

export class Moderation {
  readonly store = createStore<View>(() => ({ done: [], complaint: null }));
  readonly #channel: string;
  readonly #base: string;
  /** What is offered to be taken back, until when. */
  readonly #offers = new Map<string, ReturnType<typeof setTimeout> | undefined>();
  #held = false;

  constructor(slug: string) {
    this.#channel = `/api/v1/channels/${encodeURIComponent(slug)}`;
    this.#base = `${this.#channel}/chat`;
  }

  /** Does it, and says so; false when the server refused. */
  async act(deed: Deed, words: string, reason = ""): Promise<boolean> {
    return this.#try(async () => {
      const answer = await request("POST", `${this.#base}/actions`, { ...deed, reason });
      const { id } = answer as { id: string };
      this.#offer({ id, words, undoable: !FINAL.includes(deed.action) });
    });
  }

  async undo(id: string): Promise<boolean> {
    this.#withdraw(id);
    return this.#try(() => request("DELETE", `${this.#base}/actions/${encodeURIComponent(id)}`, undefined));
  }

  /** While somebody is at the offers, none of them goes. */
  hold(held: boolean): void {
    this.#held = held;
    for (const id of [...this.#offers.keys()]) this.#wait(id);
  }

  /** What waits: messages, reports, appeals. */
  async queue(): Promise<Queue> {
    return (await request("GET", `${this.#base}/queue`, undefined)) as Queue;
  }

  /** Has a message that waited be said, or not. */
  async review(id: string, approve: boolean): Promise<boolean> {
    return this.#try(() => request("POST", `${this.#base}/held/${encodeURIComponent(id)}`, { approve }));
  }

  /** Decides a report or an appeal; whoever asked is told. */
  async decide(id: string, granted: boolean, answer: string): Promise<boolean> {
    return this.#try(() =>
      request("POST", `${this.#base}/cases/${encodeURIComponent(id)}`, { granted, answer }),
    );
  }

  /** Changes rules of the room. */
  async rule(change: Record<string, unknown>, words: string): Promise<boolean> {
    return this.#try(async () => {
      await request("PATCH", `${this.#base}/settings`, change);
      this.#offer({ id: `rule-${words}`, words, undoable: false });
    });
  }

  /** Marks this moment of the stream that is on. */
  async mark(text: string): Promise<boolean> {
    return this.#try(async () => {
      const answer = await request("POST", `${this.#channel}/broadcasts/current/markers`, { text });
      const { id, position_ms } = answer as MarkerDocument;
      const values = { time: formatElapsed(position_ms, i18n.locale) };
      const words = i18n._({ id: "deed.marker", message: "Marked at {time}", values });
      this.#offer({ id, words, undoable: false });
    });
  }

  async #try(deed: () => Promise<unknown>): Promise<boolean> {
    this.store.setState({ complaint: null });
    try {
      await deed();
      return true;
    } catch (error) {
      this.store.setState({ complaint: complaintOf(error) });
      return false;
    }
  }

  #offer(done: Done): void {
    const others = this.store.getState().done.filter(({ id }) => id !== done.id);
    this.store.setState({ done: [...others, done].slice(-MAX_OFFERED) });
    this.#wait(done.id);
  }

  #wait(id: string): void {
    clearTimeout(this.#offers.get(id));
    this.#offers.set(id, this.#held ? undefined : setTimeout(() => this.#withdraw(id), UNDO_MS));
  }

  #withdraw(gone: string): void {
    clearTimeout(this.#offers.get(gone));
    this.#offers.delete(gone);
    this.store.setState({ done: this.store.getState().done.filter(({ id }) => id !== gone) });
  }
}

function complaintOf(error: unknown): string {
  if (!(error instanceof ProblemError)) return unreachableWords();
  const { code, detail, title } = error.problem;
  return refusalWords({ code, detail: detail || title, until: null, words: null });
}
