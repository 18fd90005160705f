/** What stands over the embed's picture, state by state. */
import { i18n } from "@lingui/core";
import type { Channel } from "@/api/types";
import { type Fault, stageOf } from "@/features/player/model";
import type { Player } from "@/features/player/player";
import type { PlayerView } from "@/features/player/view";
import { canRetry, faultWords, lastLiveWords } from "@/features/player/words";
import type { ServerClock } from "@/lib/clock";
import { formatElapsed } from "@/lib/format";
import { iconElement } from "@/ui/icons";
import { element } from "./dom";

export interface StageInput {
  view: PlayerView;
  channel: Channel;
  clock: ServerClock;
  player: Player;
}

export function stageElement(input: StageInput): HTMLElement | null {
  const { view, player } = input;
  switch (stageOf(view.model)) {
    case "error":
      return view.model.fault && faultElement(view.model.fault, input);
    case "offline":
      return offlineElement(input);
    case "interrupted":
      return over(
        "stage-scrim",
        message(i18n._({ id: "stage.interrupted", message: "Stream interrupted" }), waitingLine(input)),
      );
    case "paused":
      return playButton(player);
    case "starting":
    case "waiting":
      return view.wantsToPlay ? over("stage-wait", element("span", "spinner")) : playButton(player);
    case "playing":
      return null;
  }
}

function offlineElement({ channel, clock }: StageInput): HTMLElement {
  const { status, name } = channel;
  const last = status.state === "offline" ? status.last_broadcast : null;
  return over(
    "stage-offline",
    message(
      i18n._({ id: "stage.offline", message: "{name} is offline", values: { name } }),
      last && lastLiveWords(last.ended_at, clock.now()),
    ),
  );
}

function waitingLine({ view, clock }: StageInput): string {
  const wait = i18n._({ id: "stage.interrupted.wait", message: "Waiting for it to come back" });
  const left = view.waitsUntilMs === null ? 0 : view.waitsUntilMs - clock.now();
  return left > 0 ? `${wait} ${formatElapsed(left, i18n.locale)}` : wait;
}

function faultElement(fault: Fault, { player, channel }: StageInput): HTMLElement {
  const { title, detail } = faultWords(fault);
  const scrim = over("stage-scrim", iconElement("warning"), message(title, detail));
  scrim.dataset.solid = "";
  if (canRetry(fault)) {
    const retry = element("button", "stage-action");
    retry.type = "button";
    retry.textContent = i18n._({ id: "stage.retry", message: "Try again" });
    retry.onclick = () => player.retry();
    scrim.append(retry);
  } else {
    const link = element("a", "stage-action");
    link.href = channel.playback_url;
    link.textContent = i18n._({ id: "stage.open-elsewhere", message: "Open in a player app" });
    scrim.append(link);
  }
  return scrim;
}

function playButton(player: Player): HTMLElement {
  const made = element("button", "stage-play");
  made.type = "button";
  made.setAttribute("aria-label", i18n._({ id: "player.play", message: "Play" }));
  made.append(iconElement("play"));
  made.onclick = () => player.play();
  return made;
}

function message(title: string, detail: string | null): HTMLElement {
  const box = element("div", "stage-message");
  box.setAttribute("role", "status");
  const heading = element("p", "stage-title");
  heading.textContent = title;
  heading.dir = "auto";
  box.append(heading);
  if (detail) {
    const line = element("p");
    line.textContent = detail;
    box.append(line);
  }
  return box;
}

function over(className: string, ...children: Element[]): HTMLElement {
  const made = element("div", className);
  made.append(...children);
  return made;
}
