/** What the log says was done, by whom and to what, in words: the log itself has one word for each. */
import { i18n } from "@lingui/core";
import type { Action, AuditEntry } from "@/api/schema";

/** All that this version of the server writes: one that is not here does not compile. */
const DEEDS: Record<Action, () => string> = {
  "settings.changed": () => i18n._({ id: "did.settings.changed", message: "Settings of the site changed" }),
  "channel.created": () => i18n._({ id: "did.channel.created", message: "Channel made" }),
  "channel.changed": () => i18n._({ id: "did.channel.changed", message: "Channel changed" }),
  "channel.renamed": () => i18n._({ id: "did.channel.renamed", message: "Channel’s address changed" }),
  "channel.panels": () => i18n._({ id: "did.channel.panels", message: "Panels changed" }),
  "channel.picture": () => i18n._({ id: "did.channel.picture", message: "Picture changed" }),
  "channel.markers": () => i18n._({ id: "did.channel.markers", message: "Markers changed" }),
  "channel.hidden": () => i18n._({ id: "did.channel.hidden", message: "Channel hidden or shown again" }),
  "channel.deleted": () => i18n._({ id: "did.channel.deleted", message: "Channel deleted" }),
  "member.changed": () => i18n._({ id: "did.member.changed", message: "Role in the channel changed" }),
  "creator.changed": () => i18n._({ id: "did.creator.changed", message: "Right to make channels changed" }),
  "key.created": () => i18n._({ id: "did.key.created", message: "Stream key made" }),
  "key.changed": () => i18n._({ id: "did.key.changed", message: "Stream key changed" }),
  "key.rotated": () => i18n._({ id: "did.key.rotated", message: "Stream key replaced" }),
  "key.revealed": () => i18n._({ id: "did.key.revealed", message: "Stream key shown" }),
  "key.deleted": () => i18n._({ id: "did.key.deleted", message: "Stream key removed" }),
  "stream.ended": () => i18n._({ id: "did.stream.ended", message: "Stream ended" }),
  "stream.released": () => i18n._({ id: "did.stream.released", message: "Lock released" }),
  "webhook.changed": () => i18n._({ id: "did.webhook.changed", message: "Webhook made or removed" }),
  "token.changed": () => i18n._({ id: "did.token.changed", message: "Token of a program made or removed" }),
  "chat.moderated": () => i18n._({ id: "did.chat.moderated", message: "Chat moderated" }),
  "chat.undone": () => i18n._({ id: "did.chat.undone", message: "Moderation taken back" }),
  "chat.settings": () => i18n._({ id: "did.chat.settings", message: "Chat rules changed" }),
  "chat.terms": () => i18n._({ id: "did.chat.terms", message: "Blocked words changed" }),
  "chat.notes": () => i18n._({ id: "did.chat.notes", message: "Note about somebody made" }),
  "chat.emotes": () => i18n._({ id: "did.chat.emotes", message: "Emotes changed" }),
  "chat.polls": () => i18n._({ id: "did.chat.polls", message: "Poll opened or ended" }),
  "category.created": () => i18n._({ id: "did.category.created", message: "Category made" }),
  "category.changed": () => i18n._({ id: "did.category.changed", message: "Category changed" }),
  "category.deleted": () => i18n._({ id: "did.category.deleted", message: "Category removed" }),
  "account.created": () => i18n._({ id: "did.account.created", message: "Account made" }),
  "account.activated": () =>
    i18n._({ id: "did.account.activated", message: "Account approved or opened again" }),
  "account.suspended": () => i18n._({ id: "did.account.suspended", message: "Account suspended" }),
  "account.rejected": () => i18n._({ id: "did.account.rejected", message: "Account refused" }),
  "account.role": () => i18n._({ id: "did.account.role", message: "Role on the site changed" }),
  "account.reset": () => i18n._({ id: "did.account.reset", message: "Password replaced" }),
  "account.deleted": () => i18n._({ id: "did.account.deleted", message: "Account deleted" }),
  "invitation.created": () => i18n._({ id: "did.invitation.created", message: "Invitation made" }),
  "invitation.deleted": () => i18n._({ id: "did.invitation.deleted", message: "Invitation taken back" }),
};

/** `null` for what another version of the server wrote. */
export function deedWords(action: string): string | null {
  return Object.hasOwn(DEEDS, action) ? DEEDS[action as Action]() : null;
}

/** Who did it: a name, unless nobody did who has one. */
export function actorWords({ actor, actor_id: account }: Pick<AuditEntry, "actor" | "actor_id">): string {
  if (account !== null) return actor;
  if (actor === "command line") return i18n._({ id: "audit.command-line", message: "On the command line" });
  if (actor === "system") return i18n._({ id: "audit.system", message: "The server" });
  return actor;
}

/** What it was done to, where the words do not say it. */
export function subjectWords({ subject, subject_kind: kind }: Pick<AuditEntry, "subject" | "subject_kind">) {
  return kind === "site" ? "" : subject;
}
