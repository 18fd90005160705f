import { useEffect, useState } from "react";
import type { Said } from "./model";
import type { ChatRoom } from "./room";

/** What is read out to those who hear the page. */
export type Hears = "all" | "for-you" | "nothing";

/** Nobody can listen to more than that. */
const PACE_MS = 2_000;

/** Reads out what is said, one message in two seconds at most; those for the reader go first. */
export function LiveRegion({ room, hears }: { room: ChatRoom; hears: Hears }) {
  const [words, setWords] = useState("");
  useEffect(() => {
    if (hears === "nothing") return;
    let last = newestKey(room);
    const timer = setInterval(() => {
      const fresh = since(room, last);
      last = newestKey(room);
      const chosen = fresh.find(({ forYou }) => forYou) ?? (hears === "all" ? fresh.at(-1) : undefined);
      if (chosen) setWords(spoken(chosen.message));
    }, PACE_MS);
    return () => clearInterval(timer);
  }, [room, hears]);
  return (
    <p className="visually-hidden" aria-live="polite" data-part="chat-spoken" dir="auto">
      {words}
    </p>
  );
}

function messages(room: ChatRoom) {
  const { rows, waiting, you } = room.store.getState();
  return [...rows, ...(waiting ?? [])].flatMap((row) =>
    row.row === "message" && !row.deleted && row.message.author.id !== you?.id ? [row] : [],
  );
}

function newestKey(room: ChatRoom): string | undefined {
  return messages(room).at(-1)?.key;
}

function since(room: ChatRoom, key: string | undefined) {
  const all = messages(room);
  const at = all.findIndex((row) => row.key === key);
  // A line that is gone from the page: only what is newest is sure to be new.
  return key !== undefined && at < 0 ? all.slice(-1) : all.slice(at + 1);
}

function spoken({ author, text }: Said): string {
  return `${author.name}: ${text}`;
}
