/** A television's remote has arrows: they go from one thing to the next. */
import { type Arrow, nearest } from "./nearest";

const FOCUSABLE = "a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex='0']";
/** What arrows do something else in. */
const OWN_ARROWS = "input:not([type=checkbox]), textarea, select, [role=separator]";
const ARROWS: Record<string, Arrow> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

export function followArrows(): void {
  // Before the page's own shortcuts: a remote has no other keys.
  document.addEventListener("keydown", onKeyDown, { capture: true });
}

function onKeyDown(event: KeyboardEvent): void {
  const arrow = ARROWS[event.key];
  const { activeElement: here } = document;
  if (!arrow || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (here?.matches(OWN_ARROWS)) return;
  // A dialog that is open keeps the arrows to itself.
  const within = document.querySelector("dialog[open], [popover]:popover-open") ?? document;
  const others = [...within.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) => element !== here && element.checkVisibility({ visibilityProperty: true }),
  );
  const from = here && here !== document.body ? here.getBoundingClientRect() : new DOMRect();
  const index = nearest(
    from,
    others.map((element) => element.getBoundingClientRect()),
    arrow,
  );
  const next = others[index];
  if (!next) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
}
