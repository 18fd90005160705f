import { useState } from "react";
import { readPreference, writePreference } from "@/lib/storage";
import type { Hears } from "./live-region";

/** How the chat looks and sounds on this device. */
export interface Looks {
  size: number;
  times: boolean;
  hears: Hears;
}

const HEARS: Hears[] = ["all", "for-you", "nothing"];

export function useLooks(): [Looks, (looks: Looks) => void] {
  const [looks, setLooks] = useState<Looks>(() => ({
    size: Math.min(20, Math.max(12, readPreference("chat-size", 14))),
    times: readPreference("chat-times", false),
    hears: HEARS.find((known) => known === readPreference("chat-hears", "all")) ?? "all",
  }));
  const keep = (next: Looks) => {
    setLooks(next);
    writePreference("chat-size", next.size);
    writePreference("chat-times", next.times);
    writePreference("chat-hears", next.hears);
  };
  return [looks, keep];
}
