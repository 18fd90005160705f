/** What goes into encoders: the same settings, in the words of each. */
import { zip } from "@/lib/zip";

export interface Way {
  /** `rtmp://host/live` */
  server: string;
  key: string;
}

/** What suits most uploads: 1080p at 30 pictures per second, a keyframe every two seconds. */
export const SUITS = { videoKbps: 4500, audioKbps: 160, fps: 30, keyframeSeconds: 2 } as const;

/** A command that streams a file, as a shell takes it. */
export function ffmpegCommand({ server, key }: Way): string {
  const { videoKbps, audioKbps, fps, keyframeSeconds } = SUITS;
  return [
    "ffmpeg -re -i input.mp4",
    `-c:v libx264 -preset veryfast -pix_fmt yuv420p -r ${fps} -g ${fps * keyframeSeconds}`,
    `-b:v ${videoKbps}k -maxrate ${videoKbps}k -bufsize ${videoKbps * 2}k`,
    `-c:a aac -b:a ${audioKbps}k -ar 48000`,
    `-f flv '${server}/${key}'`,
  ].join(" ");
}

/** What Larix Broadcaster, an app for phones, reads from a QR code (Larix Grove). */
export function larixLink({ server, key }: Way, name: string): string {
  const { videoKbps, audioKbps, fps, keyframeSeconds } = SUITS;
  const settings = {
    "conn[][url]": `${server}/${key}`,
    "conn[][name]": name,
    "conn[][mode]": "av",
    "enc[vid][bitrate]": String(videoKbps),
    "enc[vid][fps]": String(fps),
    "enc[vid][keyframe]": String(keyframeSeconds),
    "enc[aud][bitrate]": String(audioKbps * 1000),
  };
  return `larix://set/v1?${new URLSearchParams(settings)}`;
}

/** A folder that OBS imports under Profile: where to stream to, and how. */
export function obsProfile({ server, key }: Way, name: string): Uint8Array<ArrayBuffer> {
  const { videoKbps, audioKbps, fps, keyframeSeconds } = SUITS;
  const folder = name.replace(/[^\p{L}\p{N} _-]/gu, "").trim() || "Rivulet";
  const basic = [
    "[General]",
    `Name=${folder}`,
    "",
    "[Video]",
    "BaseCX=1920",
    "BaseCY=1080",
    "OutputCX=1920",
    "OutputCY=1080",
    "FPSType=0",
    `FPSCommon=${fps}`,
    "",
    "[Output]",
    "Mode=Advanced",
    "",
    "[AdvOut]",
    "Encoder=obs_x264",
    "TrackIndex=1",
    `Track1Bitrate=${audioKbps}`,
    "",
    "[SimpleOutput]",
    `VBitrate=${videoKbps}`,
    `ABitrate=${audioKbps}`,
    "StreamEncoder=x264",
    "",
    "[Audio]",
    "SampleRate=48000",
    "ChannelSetup=Stereo",
    "",
  ].join("\n");
  const service = { type: "rtmp_custom", settings: { server, key, use_auth: false } };
  const encoder = {
    rate_control: "CBR",
    bitrate: videoKbps,
    keyint_sec: keyframeSeconds,
    preset: "veryfast",
  };
  return zip([
    { name: `${folder}/basic.ini`, text: basic },
    { name: `${folder}/service.json`, text: JSON.stringify(service) },
    { name: `${folder}/streamEncoder.json`, text: JSON.stringify(encoder) },
  ]);
}
