/** A channel's status, kept up to date by the socket and, while that is down, by asking. */
import type { ServerClock } from "@/lib/clock";
import { isChatMessage } from "./chat";
import type { ChatLine } from "./chat-line";
import { fetchChannel } from "./client";
import { chatUrl, openSocket, socketUrl } from "./socket";
import type { Channel, SiteSummary, SocketMessage, Status } from "./types";

/** How often the status is asked for while the socket is down. */
const POLL_MS = 5_000;
/**
 * A server that has just come back calls every channel offline until its encoder
 * has found the way back too. For this long such news is held rather than shown.
 */
const RESTART_GRACE_MS = 8_000;

/** Applies one message of the socket; returns the same object when nothing changed. */
export function applyMessage(channel: Channel, message: SocketMessage): Channel {
  if (message.type === "channel") {
    // It has the channel's present name, which may be another than the page was opened under.
    const { slug, name, title, ...about } = message.channel;
    return { ...channel, slug, name, title, about: { ...channel.about, ...about } };
  }
  if (message.type === "status" && message.channel === channel.slug) {
    return { ...channel, status: message.status };
  }
  if (message.type === "viewers" && message.channel === channel.slug && channel.status.state !== "offline") {
    return { ...channel, status: { ...channel.status, viewers: message.viewers } };
  }
  return channel;
}

export interface FollowOptions {
  slug: string;
  clock: ServerClock;
  /** Hears the chat on the same connection; without it, none is asked for. */
  chat?: ChatLine;
  /** Called with the change to make to whatever the page holds for this channel. */
  onUpdate(update: (channel: Channel) => Channel): void;
  /** Called with what the site says of itself, now and whenever it changes. */
  onSite?(site: SiteSummary): void;
}

type Update = (channel: Channel) => Channel;

/** Follows a channel until the returned function is called. */
export function followChannel({ slug, clock, chat, onUpdate, onSite }: FollowOptions): () => void {
  let polling: ReturnType<typeof setInterval> | undefined;
  let held: ReturnType<typeof setTimeout> | undefined;
  let wasConnected = false;
  let restarting = false;

  const take = (state: Status["state"], update: Update) => {
    if (restarting && state === "offline") {
      held ??= setTimeout(() => {
        restarting = false;
        onUpdate(update);
      }, RESTART_GRACE_MS);
      return;
    }
    restarting = false;
    clearTimeout(held);
    held = undefined;
    onUpdate(update);
  };
  const poll = () => {
    // A failed poll needs no handling: the next one comes by itself.
    fetchChannel(slug).then(
      (fresh) => take(fresh.status.state, () => fresh),
      () => undefined,
    );
  };
  const url = () => (chat ? chatUrl(slug, chat.lastSeq) : socketUrl({ channel: slug }));
  const close = openSocket(url, {
    onConnected(send) {
      const connected = send !== null;
      chat?.connect(send);
      if (!connected && wasConnected) restarting = true;
      wasConnected = connected;
      clearInterval(polling);
      polling = connected ? undefined : setInterval(poll, POLL_MS);
    },
    onMessage(message) {
      if (isChatMessage(message)) {
        chat?.take(message);
        return;
      }
      if (message.type === "site") {
        onSite?.(message.site);
        return;
      }
      if (message.type === "hello") clock.sync(message.server_time);
      const update: Update = (channel) => applyMessage(channel, message);
      if (message.type === "status") take(message.status.state, update);
      else onUpdate(update);
    },
  });
  return () => {
    clearInterval(polling);
    clearTimeout(held);
    close();
  };
}
