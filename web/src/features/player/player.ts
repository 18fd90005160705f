/**
 * The player without its looks: it owns the media element and the engine, follows
 * the channel's status, and publishes one `PlayerView`. Page and embed draw that
 * view in their own ways.
 */
import type { StoreApi } from "zustand/vanilla";
import type { MediaInfo, Status } from "@/api/types";
import type { ServerClock } from "@/lib/clock";
import { readPreference, writePreference } from "@/lib/storage";
import { writeAttributes } from "./attributes";
import { Choice, isListed, playlistOf, selectionOf } from "./choice";
import { engineOf, faultOf } from "./engine/attach";
import { Attachment } from "./engine/attachment";
import { isDecodable, undecodable } from "./engine/codecs";
import type { Engine, EngineEvent, Failure, LatencyMode } from "./engine/types";
import { paceOf, trueLatency } from "./latency";
import { isFinal, stageOf } from "./model";
import { ScreenLock } from "./presence";
import { awayOf, type Quality, unlisted } from "./quality";
import type { Playback } from "./reports";
import { chooseMuted, chooseVolume, restoreSound, startPlayback, VOLUME_STEP } from "./sound";
import { StallMonitor } from "./stalls";
import { collectStats, mediaOf, playbackOf, type Stats } from "./stats";
import { holdPicture, releasePicture } from "./still";
import type { Notice, PlayerView } from "./view";
import { ViewStore } from "./view-store";
import { Watchdog } from "./watchdog";

const TICK_MS = 250;
const MODE = "player.mode";

export interface PlayerOptions {
  /** Begins without sound, whatever was chosen elsewhere: where somebody streams, it would go into the stream. */
  quiet?: boolean;
  src: string;
  clock: ServerClock;
  /** False waits for the viewer before anything is loaded. */
  autoplay?: boolean;
  /** Where the viewer can choose a quality, the one chosen last is played again. */
  remembersQuality?: boolean;
}

export class Player {
  readonly store: StoreApi<PlayerView>;
  readonly #view: ViewStore;
  readonly #options: PlayerOptions;
  readonly #stalls = new StallMonitor();
  readonly #watchdog = new Watchdog();
  readonly #screen = new ScreenLock();
  readonly #attached = new Attachment();
  #video: HTMLVideoElement | null = null;
  #root: HTMLElement | null = null;
  #status: Status = { state: "offline", last_broadcast: null };
  readonly #choice = new Choice();

  constructor(options: PlayerOptions) {
    this.#options = options;
    const mode: LatencyMode = readPreference<string>(MODE, "low") === "stable" ? "stable" : "low";
    this.#view = new ViewStore({ mode, wantsToPlay: options.autoplay !== false });
    this.store = this.#view.store;
    if (options.remembersQuality) this.#choice.recall();
  }

  /** Takes over a media element; `root` carries the data attributes. Returns the way to let go of both. */
  mount(root: HTMLElement, video: HTMLVideoElement): () => void {
    this.#root = root;
    this.#video = video;
    restoreSound(video);
    if (this.#options.quiet) video.muted = true;
    this.#view.set({ muted: video.muted, volume: video.volume });
    const listening = new AbortController();
    this.#listen(video, listening.signal);
    const ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#follow();
    this.#tick();
    return () => {
      clearInterval(ticker);
      this.#view.forgetNotice();
      listening.abort();
      this.#stop();
      this.#screen.awake(false);
      this.#video = null;
      this.#root = null;
    };
  }

  get #engine(): Engine | null {
    return this.#attached.engine;
  }

  /** Tells the player what the channel does; to be called with every change. */
  setStatus(status: Status): void {
    const before = this.#status;
    this.#status = status;
    this.#view.set({ waitsUntilMs: status.state === "interrupted" ? Date.parse(status.waits_until) : null });
    this.#view.dispatch({ type: "broadcast", state: status.state });
    const isNew =
      before.state === "offline" || status.state === "offline" || before.broadcast_id !== status.broadcast_id;
    if (status.state === "live" && before.state !== "live") this.#engine?.retryNow();
    // A playlist that has ended is not read again, so a new broadcast needs a new engine.
    if (isNew && status.state !== "offline" && this.#video?.ended) this.#stop();
    if (status.state !== "offline" && status.media) this.#offer(status.media);
    const { fault } = this.#view.now.model;
    if (isFinal(fault) && (isNew || (fault?.kind === "codec" && undecodable(mediaOf(status)) === null))) {
      this.#view.dispatch({ type: "retry" });
    }
    this.#follow();
  }

  play(): void {
    this.#view.set({ wantsToPlay: true });
    this.#follow();
    if (this.#engine) this.#start();
  }

  pause(): void {
    this.#view.set({ wantsToPlay: false });
    this.#video?.pause();
  }

  togglePlay(): void {
    if (this.#view.now.wantsToPlay) this.pause();
    else this.play();
  }

  goLive(): void {
    this.#engine?.seekToLive();
    if (!this.#view.now.wantsToPlay) this.play();
  }

  /** The one action of an error: everything from the beginning. */
  retry(): void {
    this.#stop();
    this.#watchdog.reset();
    this.#view.dispatch({ type: "retry" });
    this.#view.set({ wantsToPlay: true });
    this.#follow();
  }

  setMuted(muted: boolean): void {
    if (this.#video) chooseMuted(this.#video, muted);
    this.#view.set({ soundHeldBack: false });
  }

  setVolume(volume: number): void {
    if (this.#video) chooseVolume(this.#video, volume);
    this.#view.set({ soundHeldBack: false });
  }

  stepVolume(direction: 1 | -1): void {
    const { volume, muted } = this.#view.now;
    this.setVolume((muted ? 0 : volume) + direction * VOLUME_STEP);
  }

  select(quality: Quality): void {
    this.#choice.choose(quality, this.#view.now.offered);
    this.#apply(quality);
  }

  setMode(mode: LatencyMode): void {
    writePreference(MODE, mode);
    this.#applyMode(mode);
    if (mode === "low") this.#engine?.seekToLive();
  }

  notify(notice: Notice): void {
    this.#view.notify(notice);
  }

  stats(): Stats | null {
    const video = this.#video;
    if (!video) return null;
    return collectStats({
      video,
      media: mediaOf(this.#status),
      measured: this.#engine?.measure() ?? null,
      view: this.#view.now,
      stalls: this.#stalls.total,
    });
  }

  /** How playback goes, or null while nothing should be playing. */
  playback(): Playback | null {
    const { model } = this.#view.now;
    const stats = this.stats();
    if (!stats || !this.#engine || model.broadcast === "offline" || model.media === "paused") return null;
    return playbackOf(stats, { stallMs: this.#stalls.totalMs, errors: this.#view.errors });
  }

  /** What the server has to choose from, as it becomes more or less. */
  #offer({ renditions: offered = [] }: MediaInfo): void {
    this.#view.set({ offered });
    this.#engine?.setAway(awayOf(offered));
    this.#apply(this.#choice.among(offered));
  }

  #apply(selected: Quality): void {
    if (selected === this.#view.now.selected) return;
    this.#view.set({ selected });
    if (!this.#attached.begun) return;
    const view = this.#view.now;
    if (this.#engine && this.#playlist() === this.#attached.playlist && isListed(view))
      this.#engine.select(selectionOf(view));
    else this.#reload();
  }

  #playlist(): string {
    const kind = this.#video && engineOf(this.#video);
    return playlistOf(this.#view.now, this.#options.src, kind);
  }

  /** Begins anew behind the last picture. */
  #reload(): void {
    if (this.#video) holdPicture(this.#video);
    this.#again();
  }

  #again(): void {
    this.#stop();
    void this.#attach();
  }

  /** Brings the engine in line with what the channel does and what the viewer wants. */
  #follow(): void {
    const { model, wantsToPlay } = this.#view.now;
    const needed = model.broadcast !== "offline" || model.draining;
    if (!needed) {
      this.#stop();
      if (this.#video) releasePicture(this.#video);
    } else if (!this.#attached.begun && wantsToPlay && !model.draining && !isFinal(model.fault))
      void this.#attach();
  }

  async #attach(): Promise<void> {
    const video = this.#video;
    if (!video || this.#status.state === "offline") return;
    const view = this.#view.now;
    const codec = undecodable(this.#status.media);
    if (codec !== null && view.selected !== "audio") {
      this.#view.dispatch({ type: "fault", fault: { kind: "codec", codec } });
      return;
    }
    this.#watchdog.begin(performance.now());
    this.#view.dispatch({ type: "media", phase: "starting" });
    const wanted = {
      mode: view.mode,
      select: selectionOf(view),
      away: awayOf(view.offered),
    };
    const onEvent = (event: EngineEvent) => this.#onEngine(event);
    try {
      const engine = await this.#attached.begin(video, this.#playlist(), { ...wanted, onEvent });
      if (!engine) return;
      engine.setAway(awayOf(this.#view.now.offered));
      this.#view.set({ engine: engine.kind });
      this.#start();
    } catch (error) {
      this.#view.dispatch({ type: "fault", fault: faultOf(error) });
    }
  }

  #stop(): void {
    this.#attached.end();
    this.#stalls.forget();
    this.#view.set({ engine: null, renditions: [], active: null, latencySeconds: null, pace: "unknown" });
  }

  #start(): void {
    const video = this.#video;
    if (!video || !this.#view.now.wantsToPlay) return;
    const wasMuted = video.muted;
    startPlayback(video).then((start) => {
      if (start === "refused") this.#view.set({ wantsToPlay: false });
      if (start === "muted" && !wasMuted) this.#view.set({ soundHeldBack: true });
    });
  }

  #onEngine(event: EngineEvent): void {
    switch (event.type) {
      case "renditions":
        this.#view.set({ renditions: event.renditions });
        return;
      case "active":
        this.#view.activate(event.number);
        return;
      case "broken":
        if (this.#watchdog.allowsReattach()) this.#again();
        else this.#fail({ kind: "media" });
        return;
      case "failed":
        this.#fail(event.failure);
    }
  }

  #fail(fault: Failure): void {
    this.#stop();
    this.#view.dispatch({ type: "fault", fault });
  }

  #listen(video: HTMLVideoElement, signal: AbortSignal): void {
    const on = (type: keyof HTMLMediaElementEventMap, handler: () => void) =>
      video.addEventListener(type, handler, { signal });
    on("playing", () => this.#onPlaying());
    on("waiting", () => this.#onWaiting());
    on("ended", () => this.#enterPhase("waiting"));
    on("pause", () => this.#onPause());
    on("volumechange", () => {
      this.#view.set({ muted: video.muted, volume: video.volume });
      if (!video.muted) this.#view.set({ soundHeldBack: false });
    });
    document.addEventListener("visibilitychange", () => this.#screen.renew(), { signal });
    addEventListener("online", () => this.#engine?.retryNow(), { signal });
  }

  #onPlaying(): void {
    const trouble = this.#attached.takeTrouble();
    if (this.#video) releasePicture(this.#video);
    this.#enterPhase("playing");
    // Only a stall with nothing else wrong says something about this viewer's connection.
    const counts = !trouble && this.#status.state === "live";
    const stall = this.#stalls.end(performance.now(), counts);
    if (stall?.atEdge) this.#returnToEdge();
    if (stall?.tooMany) this.#takeItEasy();
  }

  /** Too many stalls: a smaller rendition that has come into being since helps most, more distance always. */
  #takeItEasy(): void {
    const { mode, selected, engine, offered, renditions } = this.#view.now;
    const smaller = unlisted(offered, renditions).some((info) => isDecodable(info));
    if (selected === "auto" && engine === "hls.js" && smaller) this.#reload();
    else if (mode === "low") {
      this.#applyMode("stable");
      this.notify("stable-mode");
    }
  }

  /** Whoever was live before an outage wants to be live after it, not a minute behind. */
  #returnToEdge(): void {
    const measured = this.#engine?.measure();
    if (measured && paceOf("live", measured, 1) === "behind") this.#engine?.seekToLive();
  }

  #onWaiting(): void {
    const video = this.#video;
    if (!video || video.paused) return;
    const { model, pace } = this.#view.now;
    if (stageOf(model) === "playing" && !video.seeking)
      this.#stalls.begin(performance.now(), pace !== "behind");
    this.#enterPhase("waiting");
  }

  #onPause(): void {
    const video = this.#video;
    // Ending and letting go of the source also pause; neither is the viewer's will.
    if (!video || video.ended || !this.#engine) return;
    this.#view.set({ wantsToPlay: false });
    this.#enterPhase("paused");
  }

  #enterPhase(phase: "playing" | "waiting" | "paused"): void {
    this.#view.dispatch({ type: "media", phase });
    this.#follow();
  }

  #applyMode(mode: LatencyMode): void {
    this.#engine?.setMode(mode);
    this.#view.set({ mode });
  }

  #tick(): void {
    this.#measure();
    this.#guard();
    this.#screen.awake(this.#view.now.model.media === "playing");
    if (this.#root) writeAttributes(this.#root, this.#view.now, this.stats());
  }

  #measure(): void {
    const measured = this.#engine?.measure();
    if (!measured) return;
    const { clock } = this.#options;
    const latencySeconds = trueLatency(measured, clock.synced ? clock.now() : null);
    const pace = paceOf(this.#view.now.pace, measured, this.#video?.playbackRate ?? 1);
    this.#view.set({ latencySeconds, pace });
  }

  /** Sees to it that a player that should move does, and says so when it cannot. */
  #guard(): void {
    const video = this.#video;
    const { model, wantsToPlay } = this.#view.now;
    if (!video || !this.#attached.begun) return;
    const shouldMove = wantsToPlay && model.broadcast === "live";
    const verdict = this.#watchdog.observe({
      nowMs: performance.now(),
      position: video.currentTime,
      shouldMove,
      reachable: this.#attached.reachable,
    });
    if (verdict === "tell")
      this.#view.dispatch({ type: "fault", fault: { kind: this.#attached.trouble ?? "network" } });
    if (verdict === "reattach") this.#again();
  }
}
