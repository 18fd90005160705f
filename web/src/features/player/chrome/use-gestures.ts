import { type PointerEvent, useEffect, useRef } from "react";

/** Within this time a second press makes a double click. */
const DOUBLE_MS = 260;

interface Gestures {
  togglePlay(): void;
  toggleFullscreen(): void;
}

/**
 * A click plays or pauses, a double click goes full screen. On touch a single
 * tap only shows the controls, as on every other player there.
 */
export function useGestures({ togglePlay, toggleFullscreen }: Gestures) {
  const pending = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(pending.current), []);
  const onPointerUp = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const touch = event.pointerType === "touch";
    if (pending.current !== undefined) {
      clearTimeout(pending.current);
      pending.current = undefined;
      toggleFullscreen();
      return;
    }
    pending.current = setTimeout(() => {
      pending.current = undefined;
      if (!touch) togglePlay();
    }, DOUBLE_MS);
  };
  return { onPointerUp };
}
