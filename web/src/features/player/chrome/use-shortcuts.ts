import { type RefObject, useEffect, useEffectEvent } from "react";
import { type Shortcut, shortcutFor } from "../shortcuts";

/** Listens on the whole page; which keys count where is decided by `shortcutFor`. */
export function useShortcuts(
  root: RefObject<HTMLElement | null>,
  singleKeys: boolean,
  actions: Record<Shortcut, () => void>,
): void {
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const shortcut = shortcutFor(event, { singleKeys, focus: focusOf(root.current) });
    if (!shortcut) return;
    event.preventDefault();
    actions[shortcut]();
  });
  useEffect(() => {
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

function focusOf(root: HTMLElement | null): "player" | "nothing" | "elsewhere" {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return "nothing";
  return root?.contains(focused) ? "player" : "elsewhere";
}
