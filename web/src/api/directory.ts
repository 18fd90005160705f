/** The channels of the site, kept up to date by the socket. */
import { isChatMessage } from "./chat";
import { openSocket, socketUrl } from "./socket";
import type { DirectoryEntry, SiteSummary, SocketMessage } from "./types";

/** Applies one message of the socket to the list; returns the same list when nothing changed. */
export function applyToDirectory(entries: DirectoryEntry[], message: SocketMessage): DirectoryEntry[] {
  switch (message.type) {
    case "directory":
      return message.channels;
    case "gone":
      return entries.filter((entry) => entry.id !== message.id);
    case "channel": {
      const { id, channel } = message;
      if (entries.some((entry) => entry.id === id)) {
        return entries.map((entry) => (entry.id === id ? { ...entry, channel } : entry));
      }
      return [...entries, { id, channel, status: { state: "offline", last_broadcast: null } }];
    }
    case "status": {
      const { channel, status } = message;
      return entries.map((entry) => (entry.channel.slug === channel ? { ...entry, status } : entry));
    }
    case "viewers": {
      const { channel, viewers } = message;
      return entries.map((entry) =>
        entry.channel.slug === channel && entry.status.state !== "offline"
          ? { ...entry, status: { ...entry.status, viewers } }
          : entry,
      );
    }
    default:
      return entries;
  }
}

/** Follows the directory until the returned function is called. */
export function followDirectory(
  onUpdate: (update: (entries: DirectoryEntry[]) => DirectoryEntry[]) => void,
  onSite: (site: SiteSummary) => void,
): () => void {
  return openSocket(() => socketUrl({ directory: "1" }), {
    onConnected: () => undefined,
    onMessage(message) {
      if (isChatMessage(message)) return;
      if (message.type === "site") onSite(message.site);
      else onUpdate((entries) => applyToDirectory(entries, message));
    },
  });
}
