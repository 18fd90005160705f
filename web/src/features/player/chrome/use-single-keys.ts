import { useState } from "react";
import { readPreference, writePreference } from "@/lib/storage";

const KEY = "player.single-keys";

/** Whether single keys act on the player; remembered. */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState<boolean>(() => readPreference<boolean>(KEY, true));
  const choose = (next: boolean) => {
    writePreference(KEY, next);
    setOn(next);
  };
  return [on, choose];
}
