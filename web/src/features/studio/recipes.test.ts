import { expect, it } from "vitest";
import { ffmpegCommand, larixLink, obsProfile } from "./recipes";

const WAY = { server: "rtmp://live.example.org/live", key: "k_e-y" };

it("gives the whole command", () => {
  const command = ffmpegCommand(WAY);
  expect(command).toContain("-g 60");
  expect(command).toMatch(/-f flv 'rtmp:\/\/live\.example\.org\/live\/k_e-y'$/);
});

it("tells a phone where to stream to", () => {
  const link = new URL(larixLink(WAY, "River & bank"));
  expect(link.searchParams.get("conn[][url]")).toBe("rtmp://live.example.org/live/k_e-y");
  expect(link.searchParams.get("conn[][name]")).toBe("River & bank");
});

it("puts the key into OBS's profile, under a name that every system takes", () => {
  const text = new TextDecoder().decode(obsProfile(WAY, "a/b: Kanal"));
  expect(text).toContain("ab Kanal/service.json");
  expect(text).toContain('"server":"rtmp://live.example.org/live","key":"k_e-y"');
  expect(text).toContain('"keyint_sec":2');
});
