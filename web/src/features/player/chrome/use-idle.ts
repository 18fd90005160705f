import { type RefObject, useEffect, useState } from "react";

const IDLE_MS = 2_600;

/** True while nobody has moved, touched or typed over the element for a while; keyboard focus on a control keeps it awake. */
export function useIdle(root: RefObject<HTMLElement | null>): boolean {
  const [idle, setIdle] = useState(false);
  useEffect(() => {
    const element = root.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const rest = () => {
      if (element.querySelector(".player-bar :focus-visible")) wake();
      else setIdle(true);
    };
    const wake = () => {
      clearTimeout(timer);
      setIdle(false);
      timer = setTimeout(rest, IDLE_MS);
    };
    const leave = (event: PointerEvent) => {
      if (event.pointerType !== "mouse") return;
      clearTimeout(timer);
      timer = setTimeout(rest, 300);
    };
    const waking = ["pointermove", "pointerdown", "keydown", "focusin"] as const;
    for (const type of waking) element.addEventListener(type, wake);
    element.addEventListener("pointerleave", leave);
    wake();
    return () => {
      clearTimeout(timer);
      for (const type of waking) element.removeEventListener(type, wake);
      element.removeEventListener("pointerleave", leave);
    };
  }, [root]);
  return idle;
}
