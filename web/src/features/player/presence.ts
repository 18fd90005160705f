/** What the device outside the page knows of the player: media keys, lock screen, and staying awake. */

export interface NowPlaying {
  title: string;
  artist: string;
  artwork: string;
}

export interface MediaKeys {
  play(): void;
  pause(): void;
}

export function announceMedia(playing: NowPlaying, keys: MediaKeys): () => void {
  const session = navigator.mediaSession;
  if (!session) return () => undefined;
  session.metadata = new MediaMetadata({
    title: playing.title,
    artist: playing.artist,
    artwork: [{ src: playing.artwork, sizes: "any", type: "image/svg+xml" }],
  });
  session.setActionHandler("play", keys.play);
  session.setActionHandler("pause", keys.pause);
  return () => {
    session.metadata = null;
    session.setActionHandler("play", null);
    session.setActionHandler("pause", null);
  };
}

/** Keeps the screen on while `awake(true)`; the system drops the lock when the page is hidden. */
export class ScreenLock {
  #sentinel: WakeLockSentinel | null = null;
  #wanted = false;

  awake(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) this.#acquire();
    else this.#release();
  }

  /** To be called when the page becomes visible again. */
  renew(): void {
    if (this.#wanted) this.#acquire();
  }

  async #acquire(): Promise<void> {
    if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
    try {
      const sentinel = await navigator.wakeLock.request("screen");
      if (this.#wanted) this.#sentinel = sentinel;
      else await sentinel.release();
    } catch {
      // Low battery: the system may refuse, and playing goes on all the same.
    }
  }

  #release(): void {
    this.#sentinel?.release().catch(() => undefined);
    this.#sentinel = null;
  }
}
