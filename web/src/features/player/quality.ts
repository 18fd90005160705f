/** What the viewer can choose between, what is remembered of it, and how it is called. */
import type { RenditionInfo } from "@/api/types";
import type { Rendition } from "./engine/types";

/** The engine's own choice, sound alone, or a rendition by its number. */
export type Quality = "auto" | "audio" | number;

/**
 * What is remembered of a choice: `auto`, `audio`, `source`, or a name such as
 * `720p30`. Numbers mean something else on every channel.
 */
export type Wish = string;

export const NO_WISH: Wish = "auto";

export function wishOf(quality: Quality, offered: RenditionInfo[]): Wish {
  if (typeof quality !== "number") return quality;
  const chosen = offered.find(({ number }) => number === quality);
  if (!chosen) return NO_WISH;
  return chosen.kind === "source" ? "source" : sizeName(chosen) || chosen.name;
}

/** What a wish means among these renditions: the same again, else the best that is no larger. */
export function fulfil(wish: Wish, offered: RenditionInfo[]): Quality {
  if (wish === "audio") return offered.some(({ kind }) => kind === "audio") ? "audio" : "auto";
  const pictures = offered.filter(({ kind }) => kind !== "audio");
  if (wish === "source") return pictures.find(({ kind }) => kind === "source")?.number ?? "auto";
  const same = pictures.find((info) => sizeName(info) === wish || info.name === wish);
  if (same) return same.number;
  const wished = Number.parseInt(wish, 10);
  const smaller = pictures
    .filter(({ height }) => height !== null && height <= wished)
    .sort((a, b) => b.bandwidth_bps - a.bandwidth_bps);
  return smaller[0]?.number ?? "auto";
}

/** `720p30`, or nothing where the size is not known. */
export function sizeName(info: Pick<RenditionInfo, "height" | "frame_rate">): string {
  if (!info.height) return "";
  return `${info.height}p${info.frame_rate ? Math.round(info.frame_rate) : ""}`;
}

/** Renditions that are announced but do not come at the moment. */
export function awayOf(offered: RenditionInfo[]): number[] {
  return offered.filter(({ state }) => state !== "live").map(({ number }) => number);
}

/** What a rendition shows, in as few letters as can be. */
export function shortName(number: number, offered: RenditionInfo[], playable: Rendition[]): string {
  const info = offered.find((one) => one.number === number);
  if (info) return info.kind === "source" ? sizeName(info) || info.name : info.name;
  const known = playable.find((one) => one.number === number);
  return known ? sizeName({ height: known.height, frame_rate: known.frameRate }) : "";
}

/** Where the media playlist of one rendition is, beside the multivariant one. */
export function renditionUrl(master: string, number: number): string {
  return master.replace(/[^/]*$/, (file) => `${number}/${file}`);
}

/** What the server offers by now and the engine's playlist, loaded before, does not list yet. */
export function unlisted(offered: RenditionInfo[], playable: Rendition[]): RenditionInfo[] {
  return offered.filter(
    ({ number, kind, state }) =>
      kind !== "audio" && state === "live" && !playable.some((one) => one.number === number),
  );
}
