/** Whether this browser decodes what is on air, asked before a byte of it is fetched. */
import type { MediaInfo, RenditionInfo } from "@/api/types";

const NAMES: [RegExp, string][] = [
  [/^(hvc1|hev1)/, "HEVC (H.265)"],
  [/^av01/, "AV1"],
  [/^vp09/, "VP9"],
  [/^avc[13]/, "H.264"],
  [/^(ac-3|ec-3)/, "Dolby Digital"],
  [/^opus/i, "Opus"],
  [/^mp4a/, "AAC"],
];

/** `hvc1.1.6.L93.B0` as people call it. */
export function codecName(codec: string): string {
  return NAMES.find(([pattern]) => pattern.test(codec))?.[1] ?? codec;
}

type TypeCheck = (type: string) => boolean;

const mediaSourceCheck: TypeCheck = (type) =>
  "MediaSource" in globalThis ? MediaSource.isTypeSupported(type) : true;

/** Whether a rendition can be decoded here, by its codecs (`avc1.64001f,mp4a.40.2`). */
export function isDecodable({ codecs, kind }: RenditionInfo, supports = mediaSourceCheck): boolean {
  return supports(`${kind === "audio" ? "audio" : "video"}/mp4; codecs="${codecs}"`);
}

/** The codec that cannot be decoded here, or null. A broadcast without known media is let through. */
export function undecodable(media: MediaInfo | null, supports: TypeCheck = mediaSourceCheck): string | null {
  const video = media?.video?.codec;
  const audio = media?.audio?.codec;
  const others = media?.renditions?.filter(({ kind }) => kind !== "audio") ?? [];
  if (others.some((rendition) => isDecodable(rendition, supports))) return null;
  if (video && !supports(`video/mp4; codecs="${video}"`)) return video;
  if (audio && !supports(`audio/mp4; codecs="${audio}"`)) return audio;
  return null;
}
