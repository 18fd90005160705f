/** The one engine that a player has at a time, from the moment it is asked for. */
import { attach } from "./attach";
import type { Engine, EngineEvent, EngineOptions } from "./types";

export class Attachment {
  /** Stands for what was begun last, so that a beginning that was overtaken knows it. */
  #current: object | null = null;
  #engine: Engine | null = null;
  #playlist = "";

  /** True from the beginning on, also while the engine's code is still being fetched. */
  get begun(): boolean {
    return this.#current !== null;
  }

  get engine(): Engine | null {
    return this.#engine;
  }

  get playlist(): string {
    return this.#playlist;
  }

  /** Returns null when another one was begun, or this one ended, in the meantime. Fails as `attach` does. */
  async begin(video: HTMLVideoElement, playlist: string, options: EngineOptions): Promise<Engine | null> {
    const own = {};
    this.#current = own;
    this.#playlist = playlist;
    const onEvent = (event: EngineEvent) => {
      if (this.#current === own) options.onEvent(event);
    };
    try {
      const engine = await attach(video, playlist, { ...options, onEvent });
      if (this.#current === own) this.#engine = engine;
      else engine.destroy();
    } catch (error) {
      if (this.#current !== own) return null;
      this.#current = null;
      throw error;
    }
    return this.#current === own ? this.#engine : null;
  }

  end(): void {
    this.#current = null;
    this.#engine?.destroy();
    this.#engine = null;
  }
}
