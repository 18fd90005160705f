/** A channel's status, kept up to date by the socket and, while that is down, by asking. */
import type { ServerClock } from "@/lib/clock";
import { fetchChannel } from "./client";
import { openSocket, socketUrl } from "./socket";
import type { Channel, SocketMessage } from "./types";

/** How often the status is asked for while the socket is down. */
const POLL_MS = 5_000;

/** Applies one message of the socket; returns the same object when nothing changed. */
export function applyMessage(channel: Channel, message: SocketMessage): Channel {
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
  /** Called with the change to make to whatever the page holds for this channel. */
  onUpdate(update: (channel: Channel) => Channel): void;
}

/** Follows a channel until the returned function is called. */
export function followChannel({ slug, clock, onUpdate }: FollowOptions): () => void {
  let polling: ReturnType<typeof setInterval> | undefined;
  const poll = () => {
    // A failed poll needs no handling: the next one comes by itself.
    fetchChannel(slug).then(
      (fresh) => onUpdate(() => fresh),
      () => undefined,
    );
  };
  const close = openSocket(socketUrl(slug), {
    onConnected(connected) {
      clearInterval(polling);
      polling = connected ? undefined : setInterval(poll, POLL_MS);
    },
    onMessage(message) {
      if (message.type === "hello") clock.sync(message.server_time);
      onUpdate((channel) => applyMessage(channel, message));
    },
  });
  return () => {
    clearInterval(polling);
    close();
  };
}
