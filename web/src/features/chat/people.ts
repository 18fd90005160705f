import type { Badge, Chatter } from "@/api/chat";

const KEEPERS: Badge[] = ["owner", "editor", "moderator", "admin"];

/** Whether somebody keeps order here; the server has the last word. */
export function keepsOrder(chatter: Chatter | null): boolean {
  return chatter?.badges.some((badge) => KEEPERS.includes(badge)) ?? false;
}
