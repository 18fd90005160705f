/** How hls.js is set up: what differs from its defaults, and why. */
import type { HlsConfig } from "hls.js/light";

/** One quick repetition inside hls.js; longer patience is ours, where it is jittered and can be cut short. */
const QUICK_RETRY = { maxNumRetry: 1, retryDelayMs: 300, maxRetryDelayMs: 1_000 };

export const CONFIG: Partial<HlsConfig> = {
  // The pacer sets the distance and the rate; hls.js itself never corrects with less than a second in the buffer.
  maxLiveSyncPlaybackRate: 1,
  liveSyncOnStallIncrease: 0,
  maxBufferLength: 20,
  backBufferLength: 30,
  abrEwmaDefaultEstimate: 2_500_000,
  capLevelToPlayerSize: true,
  // By default one failure excludes a rendition until the page is loaded again.
  errorPenaltyExpireMs: 10_000,
  manifestLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: 8_000,
      maxLoadTimeMs: 12_000,
      timeoutRetry: QUICK_RETRY,
      errorRetry: QUICK_RETRY,
    },
  },
  playlistLoadPolicy: {
    // A blocking reload may rightly be answered only after three target durations.
    default: {
      maxTimeToFirstByteMs: 20_000,
      maxLoadTimeMs: 25_000,
      timeoutRetry: QUICK_RETRY,
      errorRetry: QUICK_RETRY,
    },
  },
  fragLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: 10_000,
      maxLoadTimeMs: 60_000,
      timeoutRetry: QUICK_RETRY,
      errorRetry: QUICK_RETRY,
    },
  },
};
