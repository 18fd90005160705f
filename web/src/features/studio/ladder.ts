/** Ladders as they are edited, and what they cost. The sums are the server's (docs/RENDITIONS.md). */
export interface Rung {
  /** Of the row, while it is edited. */
  key: string;
  height: number;
  /** Pictures per second at most. */
  fps: number;
  kbps: number;
  codec: "h264" | "av1";
  /** 0, least work, to 4, best picture. */
  effort: number;
}

export interface Ladder {
  /** Whether viewers are offered what the encoder sends. */
  source: boolean;
  rungs: Rung[];
  audioOnly: boolean;
  /** What is not edited here, kept as it is. */
  others: unknown[];
}

export interface Variant {
  name?: string;
  video: "passthrough" | { encode: Encoding };
  audio?: unknown;
}

interface Encoding {
  codec?: "h264" | "av1";
  size?: { height?: number; width?: number; within?: { width: number; height: number } };
  frame_rate?: number;
  bitrate_kbps: number;
  effort?: number;
}

export interface Renditions {
  variants?: Variant[];
  audio_only?: boolean;
}

/** As many as a channel may wish for, the source among them. */
export const MAX_RUNGS = 7;

const RUNG = { codec: "h264", effort: 2, fps: 30 } as const;

/** What suits most, by the size of the picture. */
export const USUAL: Omit<Rung, "key">[] = [
  { ...RUNG, height: 1080, kbps: 4500 },
  { ...RUNG, height: 720, kbps: 2500 },
  { ...RUNG, height: 480, kbps: 1200 },
  { ...RUNG, height: 360, kbps: 700 },
  { ...RUNG, height: 240, kbps: 350 },
];

export const PRESETS: Record<"source" | "balanced" | "mobile", number[]> = {
  source: [],
  balanced: [720, 480],
  mobile: [480, 360, 240],
};

export function presetOf(heights: number[]): Ladder {
  const rungs = heights.flatMap((height) => USUAL.filter((it) => it.height === height));
  return {
    source: true,
    audioOnly: false,
    others: [],
    rungs: rungs.map((rung) => ({ ...rung, key: `${rung.height}` })),
  };
}

export function ladderOf({ variants = [], audio_only = false }: Renditions): Ladder {
  const ladder: Ladder = { source: false, rungs: [], audioOnly: audio_only, others: [] };
  for (const [index, variant] of variants.entries()) {
    if (variant.video === "passthrough") {
      ladder.source = true;
      continue;
    }
    const {
      codec = "h264",
      size,
      frame_rate: fps = 30,
      bitrate_kbps: kbps,
      effort = 2,
    } = variant.video.encode;
    // Sizes that are said in another way, names and sound of their own stay as they are.
    if (
      size?.height === undefined ||
      variant.name !== undefined ||
      (variant.audio ?? "passthrough") !== "passthrough"
    )
      ladder.others.push(variant);
    else ladder.rungs.push({ key: `${index}`, height: size.height, fps, kbps, codec, effort });
  }
  return ladder;
}

export function renditionsOf({ source, rungs, audioOnly, others }: Ladder): Record<string, unknown> {
  const encoded = rungs.map(({ codec, height, fps, kbps, effort }) => ({
    video: { encode: { codec, size: { height }, frame_rate: fps, bitrate_kbps: kbps, effort } },
  }));
  return {
    variants: [
      ...(source || encoded.length + others.length === 0 ? [{ video: "passthrough" }] : []),
      ...encoded,
      ...others,
    ],
    audio_only: audioOnly,
  };
}

/** What comes in, for the sums: nobody knows before somebody streams. */
export const SOURCE = { width: 1920, height: 1080, fps: 30, kbps: 4660 } as const;

/** Work by effort, in thousandths of x264's at effort 2. */
const WORK = { h264: [550, 700, 1000, 1450, 2100], av1: [1600, 2200, 3000, 4500, 7000] } as const;

export interface Costs {
  /** Thousands of pixels per second, as libx264 at effort 2. */
  work: number;
  /** Share of the machine, where its speed is known. */
  share: number | null;
  /** Of what one viewer of each quality takes in an hour. */
  gigabytesPerHour: { name: string; value: number }[];
}

/** What a ladder costs while somebody streams 1080p. */
export function costsOf(ladder: Ladder, capacity: number | null | undefined): Costs {
  const source = pixelsOf(SOURCE.height, SOURCE.fps);
  const rungs = ladder.rungs.map((rung) => {
    const height = Math.min(rung.height, SOURCE.height);
    const fps = Math.min(rung.fps, SOURCE.fps);
    const work = WORK[rung.codec][rung.effort] ?? 1000;
    return (pixelsOf(height, fps) * work) / 1000 + source / 40;
  });
  const decoding = rungs.length > 0 ? source * 0.12 : 0;
  const work = Math.round(rungs.reduce((sum, it) => sum + it, decoding));
  const offered = [
    ...(ladder.source || ladder.rungs.length === 0 ? [{ name: "", kbps: SOURCE.kbps }] : []),
    ...ladder.rungs.map(({ height, kbps }) => ({ name: `${height}p`, kbps: kbps + 160 })),
  ];
  return {
    work,
    share: capacity ? work / capacity : null,
    gigabytesPerHour: offered.map(({ name, kbps }) => ({ name, value: (kbps * 3600) / 8 / 1_000_000 })),
  };
}

function pixelsOf(height: number, fps: number): number {
  return ((height * SOURCE.width) / SOURCE.height) * height * (fps / 1000);
}

/** Gigabytes in an hour for so many viewers, spread evenly over what is offered. */
export function trafficOf({ gigabytesPerHour }: Costs, viewers: number): number {
  const each =
    gigabytesPerHour.reduce((sum, { value }) => sum + value, 0) / Math.max(1, gigabytesPerHour.length);
  return each * viewers;
}
