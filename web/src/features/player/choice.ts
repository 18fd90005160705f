/** The viewer's choice of quality: remembered, and turned into what an engine has to load. */
import type { RenditionInfo } from "@/api/types";
import { readPreference, writePreference } from "@/lib/storage";
import type { EngineKind } from "./engine/types";
import { fulfil, NO_WISH, type Quality, renditionUrl, type Wish, wishOf } from "./quality";
import type { PlayerView } from "./view";

const QUALITY = "player.quality";

export class Choice {
  #wish: Wish = NO_WISH;

  /** Takes up what was chosen last on this device. */
  recall(): void {
    this.#wish = readPreference<string>(QUALITY, NO_WISH);
  }

  choose(quality: Quality, offered: RenditionInfo[]): void {
    this.#wish = wishOf(quality, offered);
    writePreference(QUALITY, this.#wish);
  }

  among(offered: RenditionInfo[]): Quality {
    return fulfil(this.#wish, offered);
  }
}

/** The playlist to load. Sound alone has its own, and where the browser chooses by itself so has every choice. */
export function playlistOf(view: PlayerView, master: string, kind: EngineKind | null): string {
  const { selected, offered } = view;
  const audio = offered.find((info) => info.kind === "audio");
  if (selected === "audio" && audio) return renditionUrl(master, audio.number);
  return typeof selected === "number" && kind === "native" ? renditionUrl(master, selected) : master;
}

/** What an engine is asked for; a playlist of sound alone has nothing to choose from. */
export function selectionOf({ selected }: PlayerView): number | "auto" {
  return selected === "audio" ? "auto" : selected;
}

/** Whether the engine can switch to it without loading anything anew. */
export function isListed({ selected, renditions }: PlayerView): boolean {
  return typeof selected !== "number" || renditions.some(({ number }) => number === selected);
}
