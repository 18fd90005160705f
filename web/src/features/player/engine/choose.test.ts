import { expect, it } from "vitest";
import { MEDIA } from "@/lib/testing/samples";
import { chooseEngine } from "./choose";
import { codecName, undecodable } from "./codecs";

it.each([
  ["Safari", { managedMediaSource: true, mediaSource: true, nativeHls: true }, "native"],
  [
    "Chromium, which claims native HLS",
    { managedMediaSource: false, mediaSource: true, nativeHls: true },
    "hls.js",
  ],
  ["Firefox", { managedMediaSource: false, mediaSource: true, nativeHls: false }, "hls.js"],
  ["an old iPhone", { managedMediaSource: false, mediaSource: false, nativeHls: true }, "native"],
  ["nothing", { managedMediaSource: false, mediaSource: false, nativeHls: false }, null],
])("%s", (_, capabilities, engine) => expect(chooseEngine(capabilities)).toBe(engine));

it("names the codec that cannot be decoded", () => {
  const onlyAvc = (type: string) => type.includes("avc1") || type.includes("mp4a");
  expect(undecodable(MEDIA, onlyAvc)).toBeNull();
  const hevc = { ...MEDIA, video: { codec: "hvc1.1.6.L93.B0", width: 1, height: 1, frame_rate: null } };
  expect(undecodable(hevc, onlyAvc)).toBe("hvc1.1.6.L93.B0");
  expect(codecName("hvc1.1.6.L93.B0")).toBe("HEVC (H.265)");
  expect(undecodable(null, () => false)).toBeNull();
});
