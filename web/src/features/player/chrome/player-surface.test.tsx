import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Status } from "@/api/types";
import { ServerClock } from "@/lib/clock";
import { expectAccessible } from "@/lib/testing/axe";
import { AUDIO, INTERRUPTED, LIVE, MEDIA, OFFLINE, RUNGS, SOURCE } from "@/lib/testing/samples";
import * as attaching from "../engine/attach";
import type { Engine, EngineOptions } from "../engine/types";
import { PlayerSurface } from "./player-surface";

let options: EngineOptions | null = null;
let playlist = "";
const engine: Engine = {
  kind: "hls.js",
  seekToLive: vi.fn(),
  retryNow: vi.fn(),
  select: vi.fn(),
  setAway: vi.fn(),
  setMode: vi.fn(),
  measure: () => ({
    edgeLatencySeconds: 1.3,
    targetLatencySeconds: 1,
    leastLatencySeconds: 1,
    longestWaitSeconds: 0.4,
    capturedAtMs: null,
    bandwidthBps: 5_000_000,
    partTargetSeconds: 0.333,
    segmentTargetSeconds: 2,
  }),
  destroy: vi.fn(),
};

beforeEach(() => {
  options = null;
  vi.mocked(engine.select).mockClear();
  vi.spyOn(attaching, "engineOf").mockReturnValue("hls.js");
  vi.spyOn(attaching, "attach").mockImplementation(async (_video, src, given) => {
    options = given;
    playlist = src;
    return engine;
  });
  vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
  // The test's media element never plays and so would always call itself paused.
  vi.spyOn(HTMLMediaElement.prototype, "paused", "get").mockReturnValue(false);
  vi.spyOn(HTMLMediaElement.prototype, "pause").mockImplementation(function pause(this: HTMLMediaElement) {
    this.dispatchEvent(new Event("pause"));
  });
});

function show(status: Status, picture: string | null = null) {
  const surface = (now: Status) => (
    <PlayerSurface
      slug="maren"
      channelName="Maren builds things"
      title="A tiny weather station"
      pictureUrl={picture}
      playbackUrl="/hls/stream.m3u8"
      status={now}
      clock={new ServerClock()}
      theatre={false}
      onTheatre={() => undefined}
    />
  );
  const view = render(surface(status));
  const video = view.container.querySelector("video");
  if (!video) throw new Error("no video");
  return {
    container: view.container,
    become: (next: Status) => view.rerender(surface(next)),
    fire: async (type: string) => {
      await vi.waitFor(() => expect(options).not.toBeNull());
      video.dispatchEvent(new Event(type));
    },
    state: () => view.container.querySelector<HTMLElement>(".player")?.dataset.state,
  };
}

const EVERY_STATE: [string, Status, string[]][] = [
  ["offline", OFFLINE, []],
  ["starting", LIVE, []],
  ["playing", LIVE, ["playing"]],
  ["waiting", LIVE, ["playing", "waiting"]],
  ["interrupted", INTERRUPTED, ["waiting"]],
  ["paused", LIVE, ["playing", "pause"]],
];

describe.each(EVERY_STATE)("%s", (state, status, events) => {
  it("is reached, told in data-state, and accessible", async () => {
    const player = show(status);
    for (const event of events) await player.fire(event);
    await vi.waitFor(() => expect(player.state()).toBe(state));
    await expectAccessible(player.container);
  });
});

it("says when the channel was last live, and starts by itself when it is live again", async () => {
  const player = show(OFFLINE);
  expect(screen.getByText("Maren builds things is offline")).toBeTruthy();
  expect(screen.getByText(/^Last live /)).toBeTruthy();
  player.become(LIVE);
  await player.fire("playing");
  await vi.waitFor(() => expect(player.state()).toBe("playing"));
  expect(screen.queryByText("Maren builds things is offline")).toBeNull();
});

it("counts down while the broadcast is interrupted", async () => {
  const soon = new Date(Date.now() + 20_000).toISOString();
  const player = show({ ...INTERRUPTED, waits_until: soon } as Status);
  await player.fire("waiting");
  expect(await screen.findByText("Stream interrupted")).toBeTruthy();
  expect(screen.getByText(/^0:(1\d|20)$/)).toBeTruthy();
});

it("names a codec the browser lacks, and offers another app", async () => {
  vi.stubGlobal("MediaSource", { isTypeSupported: (type: string) => !type.includes("hvc1") });
  const hevc = { codec: "hvc1.1.6.L93.B0", width: 1920, height: 1080, frame_rate: 30 };
  const player = show({ ...LIVE, media: { ...MEDIA, video: hevc } });
  expect(await screen.findByText("This browser cannot decode HEVC (H.265)")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Open in a player app" }).getAttribute("href")).toBe(
    "/hls/stream.m3u8",
  );
  await expectAccessible(player.container);
  vi.unstubAllGlobals();
});

it("shows settings that can be reached and left with the keyboard", async () => {
  const user = userEvent.setup();
  const player = show(LIVE);
  await player.fire("playing");
  options?.onEvent({
    type: "renditions",
    renditions: [{ number: 0, width: 1280, height: 720, frameRate: 30, bitrateBps: 2_400_000 }],
  });
  const button = await screen.findByRole("button", { name: "Settings" });
  await user.click(button);
  expect(await screen.findByRole("radio", { name: /^720p30/ })).toHaveProperty("checked", true);
  await expectAccessible(player.container);
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(document.activeElement).toBe(button);
});

const LADDER: Status = { ...LIVE, media: { ...MEDIA, renditions: [SOURCE, ...RUNGS, AUDIO] } };
const PLAYABLE = [SOURCE, ...RUNGS].map((info) => ({
  number: info.number,
  width: info.width ?? 0,
  height: info.height ?? 0,
  frameRate: info.frame_rate,
  bitrateBps: info.bandwidth_bps,
}));

async function openMenu(status: Status = LADDER) {
  const player = show(status);
  await player.fire("playing");
  options?.onEvent({ type: "renditions", renditions: PLAYABLE });
  options?.onEvent({ type: "active", number: 1 });
  await userEvent.click(await screen.findByRole("button", { name: "Settings" }));
  const choices = await screen.findAllByRole<HTMLInputElement>("radio");
  return {
    ...player,
    names: choices.filter(({ name }) => name === "quality").map((choice) => choice.labels?.[0]?.textContent),
  };
}

describe("with several renditions", () => {
  it("lists them best first, and says what plays now", async () => {
    const { names, container } = await openMenu();
    expect(names).toEqual([
      "Auto · 720p30 ",
      "Source 1080p60 · 6 Mb/s",
      "720p30 2.5 Mb/s",
      "480p30 1.1 Mb/s",
      "Audio only 130 kb/s",
    ]);
    await expectAccessible(container);
  });

  it("switches without loading anything anew, and remembers it", async () => {
    const { container } = await openMenu();
    await userEvent.click(screen.getByRole("radio", { name: /^480p30/ }));
    expect(engine.select).toHaveBeenCalledWith(2);
    expect(localStorage.getItem("rivulet.player.quality")).toBe('"480p30"');
    await vi.waitFor(() =>
      expect(container.querySelector<HTMLElement>(".player")?.dataset.quality).toBe("2"),
    );
  });

  it("begins with what was chosen last time", async () => {
    localStorage.setItem("rivulet.player.quality", '"480p30"');
    const player = show(LADDER);
    await player.fire("playing");
    expect(options?.select).toBe(2);
    expect(playlist).toBe("/hls/stream.m3u8");
  });

  it("plays sound alone from its own playlist, with the same sound and mode, and comes back", async () => {
    const { container } = await openMenu();
    const video = container.querySelector("video");
    await userEvent.click(screen.getByRole("radio", { name: /^Audio only/ }));
    await vi.waitFor(() => expect(playlist).toBe("/hls/3/stream.m3u8"));
    expect(options).toMatchObject({ mode: "low", select: "auto", expectedWaitSeconds: 0.4 });
    expect(video?.volume).toBe(1);
    const back = await screen.findByRole("button", { name: "Show the picture" });
    await expectAccessible(container);
    await userEvent.click(back);
    await vi.waitFor(() => expect(playlist).toBe("/hls/stream.m3u8"));
    expect(screen.queryByRole("button", { name: "Show the picture" })).toBeNull();
  });

  it("leaves out what the browser cannot decode", async () => {
    vi.stubGlobal("MediaSource", { isTypeSupported: (type: string) => !type.includes("hvc1") });
    const source = { ...SOURCE, codecs: "hvc1.1.6.L93.B0,mp4a.40.2" };
    const video = { codec: "hvc1.1.6.L93.B0", width: 1920, height: 1080, frame_rate: 60 };
    const media = { ...MEDIA, video, renditions: [source, ...RUNGS] };
    const { names } = await openMenu({ ...LIVE, media });
    expect(names?.map((name) => name?.split(" ")[0])).toEqual(["Auto", "720p30", "480p30"]);
    vi.unstubAllGlobals();
  });

  it("tells the engine which ones are away, and the viewer too", async () => {
    const player = await openMenu();
    const renditions = [SOURCE, ...RUNGS.map((info) => ({ ...info, state: "away" as const }))];
    player.become({ ...LIVE, media: { ...MEDIA, renditions } });
    expect(engine.setAway).toHaveBeenLastCalledWith([1, 2]);
    expect(screen.getByRole("radio", { name: "480p30 Not available right now" })).toBeTruthy();
  });

  it("loads the playlist again for a rendition that came into being later", async () => {
    const player = await openMenu({ ...LIVE, media: { ...MEDIA, renditions: [SOURCE] } });
    options?.onEvent({ type: "renditions", renditions: PLAYABLE.slice(0, 1) });
    vi.mocked(attaching.attach).mockClear();
    player.become(LADDER);
    expect(attaching.attach).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("radio", { name: /^720p30/ }));
    await vi.waitFor(() => expect(attaching.attach).toHaveBeenCalledTimes(1));
    expect(options?.select).toBe(1);
  });
});

it("says how far behind the moment it is, and jumps there", async () => {
  const player = show(LIVE);
  await player.fire("playing");
  const badge = await screen.findByRole("button", { name: /^LIVE 1\.3 s/ });
  await userEvent.click(badge);
  expect(engine.seekToLive).toHaveBeenCalled();
});

it("remembers that the viewer wants silence", async () => {
  const player = show(LIVE);
  await player.fire("playing");
  await userEvent.keyboard("m");
  expect(localStorage.getItem("rivulet.player.muted")).toBe("true");
});

it("starts muted and offers sound where the browser allows no more", async () => {
  vi.mocked(HTMLMediaElement.prototype.play).mockRejectedValueOnce(new DOMException("", "NotAllowedError"));
  show(LIVE);
  const chip = await screen.findByRole("button", { name: "Tap for sound" });
  await userEvent.click(chip);
  await vi.waitFor(() => expect(screen.queryByRole("button", { name: "Tap for sound" })).toBeNull());
  expect(localStorage.getItem("rivulet.player.muted")).toBe("false");
});

const PICTURE = "/api/v1/channels/maren/picture.jpg?1";
const pictureIn = (container: Element) => container.querySelector<HTMLImageElement>(".stage-picture");

it("shows the channel's picture once it has come, and our art without it", async () => {
  const { container } = show(OFFLINE, PICTURE);
  const picture = pictureIn(container);
  if (!picture) throw new Error("no picture");
  expect(picture.getAttribute("src")).toBe(PICTURE);
  expect(container.querySelector(".stage-ripples")).toBeTruthy();
  fireEvent.load(picture);
  expect(picture.dataset.shown).toBeDefined();
  expect(container.querySelector(".stage-ripples")).toBeNull();
  fireEvent.error(picture);
  expect(picture.dataset.shown).toBeUndefined();
  expect(container.querySelector(".stage-ripples")).toBeTruthy();
  expect(show(OFFLINE).container.querySelector(".stage-ripples")).toBeTruthy();
});

it("has a still of what is on until the first frame, and not again", async () => {
  const player = show(LIVE);
  const poster = () => player.container.querySelector("video")?.getAttribute("poster");
  expect(poster()).toBe("/api/v1/channels/maren/thumbnail.jpg");
  await player.fire("playing");
  await vi.waitFor(() => expect(poster()).toBeFalsy());
  await player.fire("waiting");
  await vi.waitFor(() => expect(player.state()).toBe("waiting"));
  expect(poster()).toBeFalsy();
});

it("has a smaller still where the picture is small", () => {
  vi.stubGlobal("matchMedia", (query: string) => ({
    matches: query.includes("width < 600px"),
    addEventListener() {},
    removeEventListener() {},
  }));
  const poster = show(LIVE).container.querySelector("video")?.getAttribute("poster");
  expect(poster).toBe("/api/v1/channels/maren/thumbnail.jpg?size=small");
  vi.unstubAllGlobals();
});

it("loads no pictures for those who save data", () => {
  Object.defineProperty(navigator, "connection", { value: { saveData: true }, configurable: true });
  const { container, become } = show(OFFLINE, PICTURE);
  expect(pictureIn(container)).toBeNull();
  become(LIVE);
  expect(container.querySelector("video")?.hasAttribute("poster")).toBe(false);
  Object.defineProperty(navigator, "connection", { value: undefined, configurable: true });
});
