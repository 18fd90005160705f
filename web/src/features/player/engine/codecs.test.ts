import { expect, it } from "vitest";
import { MEDIA, RUNGS, SOURCE } from "@/lib/testing/samples";
import { undecodable } from "./codecs";

const HEVC = "hvc1.1.6.L93.B0";
const withoutHevc = (type: string) => !type.includes("hvc1");
const video = { codec: HEVC, width: 1920, height: 1080, frame_rate: 30 };
const source = { ...SOURCE, codecs: `${HEVC},mp4a.40.2` };

it("plays a source it cannot decode where another rendition stands beside it", () => {
  expect(undecodable({ ...MEDIA, video, renditions: [source] }, withoutHevc)).toBe(HEVC);
  expect(undecodable({ ...MEDIA, video, renditions: [source, ...RUNGS] }, withoutHevc)).toBeNull();
});

it("does not count sound alone as a picture", () => {
  const audio = { ...source, number: 1, kind: "audio" as const, codecs: "mp4a.40.2" };
  expect(undecodable({ ...MEDIA, video, renditions: [source, audio] }, withoutHevc)).toBe(HEVC);
});

it("lets through what is not known yet", () => {
  expect(undecodable(null, withoutHevc)).toBeNull();
  expect(undecodable(MEDIA, withoutHevc)).toBeNull();
});
