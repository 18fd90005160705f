import { expect, it } from "vitest";
import { LIVE, OFFLINE } from "@/lib/testing/samples";
import { applyToDirectory } from "./directory";
import type { DirectoryEntry } from "./types";

const entry = (id: string, slug: string): DirectoryEntry => ({
  id,
  channel: { slug, name: slug, title: "", category: null, language: null, mature: false, accent: null },
  status: OFFLINE,
});
const list = [entry("1", "a"), entry("2", "b")];

it("takes over what is said of each channel", () => {
  const live = applyToDirectory(list, { type: "status", channel: "b", status: LIVE });
  expect(live.map(({ status }) => status.state)).toEqual(["offline", "live"]);
  const counted = applyToDirectory(live, { type: "viewers", channel: "b", viewers: 7 });
  expect(counted[1]?.status).toMatchObject({ viewers: 7 });
  const renamed = applyToDirectory(list, { type: "channel", id: "2", channel: { ...list[0].channel, slug: "c" } });
  expect(renamed.map(({ channel }) => channel.slug)).toEqual(["a", "c"]);
});

it("follows channels that come and go", () => {
  const more = applyToDirectory(list, { type: "channel", id: "3", channel: entry("3", "c").channel });
  expect(more.map(({ id }) => id)).toEqual(["1", "2", "3"]);
  expect(applyToDirectory(more, { type: "gone", id: "1" }).map(({ id }) => id)).toEqual(["2", "3"]);
  expect(applyToDirectory(more, { type: "directory", channels: list })).toBe(list);
  expect(applyToDirectory(list, { type: "going_away" })).toBe(list);
});
