/** Who a guest is on this device: the name and colour that were given out stay, until somebody signs in. */
import { readPreference, writePreference } from "@/lib/storage";
import { call, request } from "./client";

const KEY = "guest";

export function knownGuest(): string | null {
  return readPreference(KEY, "") || null;
}

export async function newGuest(): Promise<string> {
  const { token } = await call("POST /api/v1/guests", {});
  writePreference(KEY, token);
  return token;
}

/** Guests show who they are by their token, others by their cookie. */
export async function appealAgainst(slug: string, subject: string, text: string): Promise<void> {
  const url = `/api/v1/channels/${encodeURIComponent(slug)}/chat/appeals`;
  const guest = knownGuest();
  await request("POST", url, { subject, text }, { headers: guest ? { "x-guest-token": guest } : {} });
}

/** A server that was set up anew knows nobody any more. */
export function forgetGuest(): void {
  writePreference(KEY, "");
}
