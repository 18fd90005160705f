/** What is looked at while somebody waits to see whether their encoder gets through. */
import { i18n } from "@lingui/core";
import type { Health } from "@/api/schema";

export type State = "waiting" | "good" | "poor";

export interface Check {
  id: string;
  state: State;
  words: string;
}

/** A keyframe at least this often lets players join and switch quickly. */
const KEYFRAMES_MS = 3_200;

/** The steps from a closed encoder to a good stream; each waits for the one before it. */
export function checksOf(health: Health | undefined): Check[] {
  const ingest = health?.ingest ?? null;
  const video = ingest?.video ?? null;
  const audio = ingest?.audio ?? null;
  return [
    {
      id: "connected",
      state: ingest ? "good" : "waiting",
      words: ingest
        ? i18n._({ id: "check.connected", message: "Your encoder is connected" })
        : i18n._({ id: "check.connecting", message: "Waiting for your encoder" }),
    },
    pictures(video),
    keyframes(video),
    sound(ingest !== null, audio),
    {
      id: "live",
      state: video && health?.broadcast_id ? "good" : "waiting",
      words:
        video && health?.broadcast_id
          ? i18n._({ id: "check.live", message: "You are live" })
          : i18n._({ id: "check.not-live", message: "Then you are live" }),
    },
  ];
}

type Video = NonNullable<NonNullable<Health["ingest"]>["video"]>;
type Audio = NonNullable<NonNullable<Health["ingest"]>["audio"]>;

function pictures(video: Video | null): Check {
  const id = "pictures";
  if (!video)
    return {
      id,
      state: "waiting",
      words: i18n._({ id: "check.pictures.wait", message: "Pictures in H.264" }),
    };
  const values = { size: `${video.width} × ${video.height}`, rate: Math.round(video.frame_rate) };
  if (/^avc[13]/.test(video.codec))
    return {
      id,
      state: "good",
      words: i18n._({ id: "check.pictures", message: "Pictures: H.264, {size}, {rate} a second", values }),
    };
  return {
    id,
    state: "poor",
    words: i18n._({
      id: "check.pictures.other",
      message: "Pictures come in {codec}, which not every browser plays: set the encoder to H.264",
      values: { codec: video.codec },
    }),
  };
}

function keyframes(video: Video | null): Check {
  const id = "keyframes";
  const every = video?.keyframe_interval_ms ?? null;
  if (every === null)
    return {
      id,
      state: "waiting",
      words: i18n._({ id: "check.keyframes.wait", message: "A keyframe every 2 seconds" }),
    };
  const values = {
    seconds: new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: 1 }).format(every / 1000),
  };
  if (every <= KEYFRAMES_MS)
    return {
      id,
      state: "good",
      words: i18n._({ id: "check.keyframes", message: "A keyframe every {seconds} seconds", values }),
    };
  return {
    id,
    state: "poor",
    words: i18n._({
      id: "check.keyframes.far",
      message: "A keyframe every {seconds} seconds only: in OBS set Output, Keyframe interval to 2 s",
      values,
    }),
  };
}

function sound(connected: boolean, audio: Audio | null): Check {
  const id = "sound";
  if (!audio) {
    return {
      id,
      state: connected ? "poor" : "waiting",
      words: connected
        ? i18n._({
            id: "check.sound.none",
            message: "No sound: choose a microphone or desktop audio in your encoder",
          })
        : i18n._({ id: "check.sound.wait", message: "Sound" }),
    };
  }
  const values = { rate: new Intl.NumberFormat(i18n.locale).format(audio.sample_rate / 1000) };
  return { id, state: "good", words: i18n._({ id: "check.sound", message: "Sound: {rate} kHz", values }) };
}
