/** Who a guest is on this device: the name and colour that were given out stay, until somebody signs in. */
import { readPreference, writePreference } from "@/lib/storage";
import { call } from "./client";

const KEY = "guest";

export function knownGuest(): string | null {
  return readPreference(KEY, "") || null;
}

export async function newGuest(): Promise<string> {
  const { token } = await call("POST /api/v1/guests", {});
  writePreference(KEY, token);
  return token;
}

/** A server that was set up anew knows nobody any more. */
export function forgetGuest(): void {
  writePreference(KEY, "");
}
