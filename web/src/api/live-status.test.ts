import { expect, it } from "vitest";
import { channel, LIVE, OFFLINE } from "@/lib/testing/samples";
import { readBoot, renewed } from "./boot";
import { applyMessage } from "./live-status";
import { parseMessage, socketUrl } from "./socket";

it("takes over a status and counts of its own channel only", () => {
  const offline = channel(OFFLINE);
  const live = applyMessage(offline, { type: "status", channel: "maren", status: LIVE });
  expect(live.status).toBe(LIVE);
  expect(applyMessage(offline, { type: "status", channel: "other", status: LIVE })).toBe(offline);
  expect(applyMessage(live, { type: "viewers", channel: "maren", viewers: 7 }).status).toEqual({
    ...LIVE,
    viewers: 7,
  });
});

it("ignores counts while nothing is on", () => {
  const offline = channel(OFFLINE);
  expect(applyMessage(offline, { type: "viewers", channel: "maren", viewers: 7 })).toBe(offline);
});

it("skips what it cannot read", () => {
  expect(parseMessage("not json")).toBeNull();
  expect(parseMessage("[]")).toBeNull();
  expect(parseMessage(new ArrayBuffer(1))).toBeNull();
  expect(parseMessage('{"type":"going_away"}')).toEqual({ type: "going_away" });
});

it("speaks TLS where the page does", () => {
  const page = (href: string) => new URL(href) as unknown as Location;
  expect(socketUrl({ channel: "a b" }, page("https://live.example/"))).toBe(
    "wss://live.example/api/v1/socket?channel=a+b",
  );
  expect(socketUrl({ channel: "x" }, page("http://h:8080/"))).toBe("ws://h:8080/api/v1/socket?channel=x");
});

it("reads the server's data from the page, and nothing from a page that was not filled in", () => {
  const page = document.implementation.createHTMLDocument();
  page.body.innerHTML = '<script type="application/json" id="boot"></script>';
  const script = page.getElementById("boot");
  if (!script) throw new Error("no boot element");
  script.textContent = "<!--rivulet:boot-->";
  expect(readBoot(page)).toBeNull();
  script.textContent = '{"site":{"name":"S"},"channel":null,"version":"1"}';
  expect(readBoot(page)?.site.name).toBe("S");
});

it("takes over what the channel says of itself now", () => {
  const before = channel(OFFLINE);
  const summary = {
    slug: before.slug,
    name: "Maren",
    title: "Soldering",
    category: { slug: "music", name: "Music" },
    language: "de",
    mature: true,
    accent: null,
  };
  const after = applyMessage(before, { type: "channel", id: "c1", channel: summary });
  expect(after).toMatchObject({ name: "Maren", title: "Soldering" });
  expect(after.about).toMatchObject({ category: { name: "Music" }, mature: true, tags: before.about.tags });
});

it("takes over what the site says of itself now, but for what stands at an address", () => {
  const site = {
    accent: null,
    actions: [],
    hides_viewers: false,
    mode: "single" as const,
    name: "Before",
    summary: "",
  };
  const boot = { site, channel: null, rtmp_port: null, version: "1" };
  expect(renewed(boot, { ...site, mode: "multi" })).toBe(boot);
  const after = renewed(boot, { ...site, mode: "multi", name: "After", accent: "#1f6feb" });
  expect(after.site).toEqual({ ...site, name: "After", accent: "#1f6feb" });
});
