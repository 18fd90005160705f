/** The one door to the engines: page and embed both play through it. */
import { chooseEngine, detectCapabilities } from "./choose";
import { attachNative } from "./native";
import type { Engine, EngineOptions } from "./types";

/** Nothing in this browser plays HLS. */
export class UnsupportedError extends Error {}

/** The engine's code could not be fetched. */
export class EngineUnavailableError extends Error {}

/** Starts loading `src` into `video`. Fails with `UnsupportedError` or `EngineUnavailableError`. */
export async function attach(video: HTMLVideoElement, src: string, options: EngineOptions): Promise<Engine> {
  switch (chooseEngine(detectCapabilities(video))) {
    case "native":
      return attachNative(video, src, options);
    case "hls.js": {
      // Half of the page's code: fetched only where something is on air.
      const { attachHls } = await import("./hls").catch((cause: unknown) => {
        throw new EngineUnavailableError("hls.js could not be loaded", { cause });
      });
      return attachHls(video, src, options);
    }
    case null:
      throw new UnsupportedError("neither Media Source Extensions nor native HLS");
  }
}
