/** The embed's controls in plain DOM: few, and with the page's own classes. */
import { i18n } from "@lingui/core";
import type { Channel } from "@/api/types";
import { watchUrl } from "@/features/channel/links";
import { toggleFullscreen } from "@/features/player/chrome/screen";
import { stageOf } from "@/features/player/model";
import type { Player } from "@/features/player/player";
import type { PlayerView } from "@/features/player/view";
import { badgeWords } from "@/features/player/words";
import type { ServerClock } from "@/lib/clock";
import { type IconName, iconElement } from "@/ui/icons";
import { element, onlyChild } from "./dom";
import { stageElement } from "./stage";

const IDLE_MS = 2_600;

export class EmbedChrome {
  readonly element = element("section", "player");
  readonly video = element("video");
  readonly #player: Player;
  readonly #clock: ServerClock;
  readonly #stage = element("div");
  readonly #title = element("a", "embed-title");
  readonly #play = button("play");
  readonly #mute = button("volume");
  readonly #fullscreen = button("fullscreen");
  readonly #sound = element("button", "tap-for-sound");
  readonly #badge = element("button", "live-badge");
  readonly #badgeText = document.createTextNode("");
  readonly #bar = element("div", "player-bar");
  #channel: Channel | null = null;
  #drawn = "";

  constructor(player: Player, clock: ServerClock) {
    this.#player = player;
    this.#clock = clock;
    this.#build();
    this.#wire();
    player.store.subscribe((view) => this.#draw(view));
    // Countdowns and "two hours ago" move although nothing else does.
    setInterval(() => this.#draw(player.store.getState()), 1000);
  }

  update(channel: Channel): void {
    this.#channel = channel;
    this.#title.textContent = channel.title || channel.name;
    this.#title.href = watchUrl(channel, location.origin);
    this.video.setAttribute("aria-label", channel.title || channel.name);
    this.#draw(this.#player.store.getState());
  }

  #build(): void {
    this.video.playsInline = true;
    this.element.setAttribute("aria-label", i18n._({ id: "player.label", message: "Player" }));
    this.#title.target = "_blank";
    this.#title.rel = "noopener";
    this.#title.dir = "auto";
    const dot = element("span", "live-dot");
    dot.setAttribute("aria-hidden", "true");
    const pill = element("span", "live-pill");
    const words = element("bdi");
    words.append(this.#badgeText);
    pill.append(dot, words);
    this.#badge.append(pill);
    this.#badge.type = "button";
    this.#sound.type = "button";
    this.#sound.append(
      iconElement("muted"),
      i18n._({ id: "player.tap-for-sound", message: "Tap for sound" }),
    );
    // Time runs to the right on every player.
    this.#bar.dir = "ltr";
    this.#bar.append(this.#play, this.#mute, this.#badge, element("span", "player-spacer"), this.#fullscreen);
    this.element.append(this.video, this.#stage, this.#title, this.#sound, this.#bar);
  }

  #wire(): void {
    const player = this.#player;
    this.#play.onclick = () => player.togglePlay();
    this.#mute.onclick = () => player.setMuted(!player.store.getState().muted);
    this.#badge.onclick = () => player.goLive();
    this.#sound.onclick = () => player.setMuted(false);
    this.#fullscreen.onclick = () => void toggleFullscreen(this.element, this.video);
    this.video.ondblclick = () => void toggleFullscreen(this.element, this.video);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = () => {
      clearTimeout(timer);
      delete this.element.dataset.idle;
      timer = setTimeout(() => {
        if (stageOf(player.store.getState().model) === "playing") this.element.dataset.idle = "";
      }, IDLE_MS);
    };
    for (const type of ["pointermove", "pointerdown", "keydown", "focusin"]) {
      this.element.addEventListener(type, wake);
    }
    wake();
  }

  #draw(view: PlayerView): void {
    const channel = this.#channel;
    if (!channel) return;
    const stage = stageOf(view.model);
    const over = stageElement({ view, channel, clock: this.#clock, player: this.#player });
    // Replacing equal content would restart its animation and repeat its announcement.
    const drawn = `${stage} ${over?.textContent ?? ""} ${over?.className ?? ""}`;
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      onlyChild(this.#stage, over);
    }
    this.#bar.hidden = stage === "offline" || stage === "error";
    this.#sound.hidden = !view.soundHeldBack;
    this.#drawControls(view);
  }

  #drawControls(view: PlayerView): void {
    setButton(
      this.#play,
      view.wantsToPlay ? "pause" : "play",
      view.wantsToPlay
        ? i18n._({ id: "player.pause", message: "Pause" })
        : i18n._({ id: "player.play", message: "Play" }),
    );
    setButton(
      this.#mute,
      view.muted ? "muted" : "volume",
      view.muted
        ? i18n._({ id: "player.unmute", message: "Sound on" })
        : i18n._({ id: "player.mute", message: "Mute" }),
    );
    const full = document.fullscreenElement !== null;
    setButton(
      this.#fullscreen,
      full ? "fullscreen-exit" : "fullscreen",
      full
        ? i18n._({ id: "player.fullscreen.exit", message: "Leave full screen" })
        : i18n._({ id: "player.fullscreen", message: "Full screen" }),
    );
    const { text, hint } = badgeWords(view.pace, view.latencySeconds);
    this.#badge.dataset.pace = view.pace;
    if (this.#badgeText.data !== text) {
      this.#badgeText.data = text;
      this.#badge.setAttribute("aria-label", `${text}, ${hint}`);
    }
  }
}

function button(icon: IconName): HTMLButtonElement {
  const made = element("button", "player-button");
  made.type = "button";
  made.append(iconElement(icon));
  return made;
}

function setButton(target: HTMLButtonElement, icon: IconName, label: string): void {
  if (target.getAttribute("aria-label") === label) return;
  target.setAttribute("aria-label", label);
  onlyChild(target, iconElement(icon));
}
