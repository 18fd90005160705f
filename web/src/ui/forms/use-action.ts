import { useState } from "react";
import { wordsFor } from "./problem-words";

export interface Action {
  busy: boolean;
  /** Why it did not work the last time, in words. */
  complaint: string | null;
  run(): Promise<boolean>;
}

/** Something that a button does: one at a time, with a complaint when it fails. */
export function useAction(act: () => Promise<unknown>): Action {
  const [busy, setBusy] = useState(false);
  const [complaint, setComplaint] = useState<string | null>(null);
  const run = async () => {
    if (busy) return false;
    setBusy(true);
    setComplaint(null);
    try {
      await act();
      return true;
    } catch (error) {
      setComplaint(wordsFor(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, complaint, run };
}
