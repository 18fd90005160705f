/** What the player says, shared by the page and the embed. */
import { i18n } from "@lingui/core";
import { formatAgo, formatSeconds } from "@/lib/format";
import { codecName } from "./engine/codecs";
import type { Pace } from "./latency";
import type { Fault } from "./model";

interface BadgeWords {
  text: string;
  /** What the text means, or what pressing it does. */
  hint: string;
}

export function badgeWords(pace: Pace, latencySeconds: number | null): BadgeWords {
  const jump = i18n._({ id: "player.live.jump", message: "Jump to live" });
  if (latencySeconds === null || pace === "unknown") {
    return { text: i18n._({ id: "player.live", message: "LIVE" }), hint: jump };
  }
  const seconds = formatSeconds(latencySeconds, i18n.locale);
  const live = i18n._({ id: "player.live.latency", message: "LIVE {seconds} s", values: { seconds } });
  switch (pace) {
    case "behind":
      return {
        text: i18n._({ id: "player.behind", message: "−{seconds} s", values: { seconds } }),
        hint: jump,
      };
    case "catching-up":
      return {
        text: live,
        hint: i18n._({ id: "player.catching-up", message: "Catching up a little faster than life" }),
      };
    case "live":
      return { text: live, hint: i18n._({ id: "player.live.hint", message: "Delay to the moment itself" }) };
  }
}

const JUST_NOW_MS = 60_000;

/** When an offline channel was last live. */
export function lastLiveWords(endedAt: string, nowMs: number): string {
  const endedMs = Date.parse(endedAt);
  if (nowMs - endedMs < JUST_NOW_MS) {
    return i18n._({ id: "stage.offline.just-now", message: "Live until a moment ago" });
  }
  const ago = formatAgo(endedMs, nowMs, i18n.locale);
  return i18n._({ id: "stage.offline.last", message: "Last live {ago}", values: { ago } });
}

interface FaultWords {
  title: string;
  detail: string;
}

export function faultWords(fault: Fault): FaultWords {
  switch (fault.kind) {
    case "network":
      return {
        title: i18n._({ id: "fault.network", message: "The connection to the stream is lost" }),
        detail: i18n._({
          id: "fault.network.detail",
          message: "Your network or the server does not answer. We keep trying.",
        }),
      };
    case "missing":
      return {
        title: i18n._({ id: "fault.missing", message: "The stream is not there" }),
        detail: i18n._({
          id: "fault.missing.detail",
          message: "The server answers, but has no pictures for this channel. We keep trying.",
        }),
      };
    case "codec": {
      const codec = codecName(fault.codec);
      return {
        title: codec
          ? i18n._({ id: "fault.codec", message: "This browser cannot decode {codec}", values: { codec } })
          : i18n._({ id: "fault.codec.unnamed", message: "This browser cannot decode the stream" }),
        detail: i18n._({
          id: "fault.codec.detail",
          message: "The stream is fine, but its format needs another browser or a player app.",
        }),
      };
    }
    case "media":
      return {
        title: i18n._({ id: "fault.media", message: "The picture cannot be decoded" }),
        detail: i18n._({
          id: "fault.media.detail",
          message: "The stream holds something this browser stumbles over again and again.",
        }),
      };
    case "unsupported":
      return {
        title: i18n._({ id: "fault.unsupported", message: "This browser cannot play live video" }),
        detail: i18n._({
          id: "fault.unsupported.detail",
          message: "It knows neither Media Source Extensions nor HLS. A player app can open the stream.",
        }),
      };
  }
}

/** Whether trying again can help; otherwise the stream is offered to another app. */
export function canRetry(fault: Fault): boolean {
  return fault.kind === "network" || fault.kind === "missing" || fault.kind === "media";
}
