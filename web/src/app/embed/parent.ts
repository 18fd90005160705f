/**
 * The embed's interface to the page around it.
 *
 * In: `{ type: "rivulet:play" | "rivulet:pause" }`, `{ type: "rivulet:mute", muted: boolean }`.
 * Out: `{ type: "rivulet:state", state, muted, latency_seconds }` whenever the state or the sound changes.
 * Nothing in it is secret, so any page may hold the embed and speak to it.
 */
import { stageOf } from "@/features/player/model";
import type { Player } from "@/features/player/player";
import type { PlayerView } from "@/features/player/view";

export function serveParent(player: Player, host: Window = window): void {
  if (host.parent === host) return;
  host.addEventListener("message", (event) => {
    if (event.source === host.parent) obey(player, event.data);
  });
  const tell = (view: PlayerView) => host.parent.postMessage(describe(view), "*");
  tell(player.store.getState());
  player.store.subscribe((view, before) => {
    if (stageOf(view.model) !== stageOf(before.model) || view.muted !== before.muted) tell(view);
  });
}

export function obey(player: Pick<Player, "play" | "pause" | "setMuted">, message: unknown): void {
  if (typeof message !== "object" || message === null || !("type" in message)) return;
  if (message.type === "rivulet:play") player.play();
  if (message.type === "rivulet:pause") player.pause();
  if (message.type === "rivulet:mute" && "muted" in message) player.setMuted(message.muted === true);
}

function describe(view: PlayerView) {
  return {
    type: "rivulet:state",
    state: stageOf(view.model),
    muted: view.muted,
    latency_seconds: view.latencySeconds,
  };
}
