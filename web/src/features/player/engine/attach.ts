/** The one door to the engines: page and embed both play through it. */
import type { Fault } from "../model";
import { chooseEngine, detectCapabilities } from "./choose";
import { attachNative } from "./native";
import type { Engine, EngineKind, EngineOptions } from "./types";

/** Nothing in this browser plays HLS. */
class UnsupportedError extends Error {}

/** The engine's code could not be fetched. */
class EngineUnavailableError extends Error {}

/** Which engine would play in this element, or null. */
export function engineOf(video: HTMLVideoElement): EngineKind | null {
  return chooseEngine(detectCapabilities(video));
}

/** Starts loading `src` into `video`. Fails with `UnsupportedError` or `EngineUnavailableError`. */
export async function attach(video: HTMLVideoElement, src: string, options: EngineOptions): Promise<Engine> {
  switch (engineOf(video)) {
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

/** How a failure of `attach` is told to the viewer. */
export function faultOf(error: unknown): Fault {
  if (error instanceof UnsupportedError) return { kind: "unsupported" };
  if (error instanceof EngineUnavailableError) return { kind: "network" };
  // A mistake of ours: the viewer gets words, the console the cause.
  reportError(error);
  return { kind: "media" };
}
