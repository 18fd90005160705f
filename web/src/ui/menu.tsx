import { type ReactNode, useEffect, useId, useRef, useState } from "react";

interface MenuProps {
  label: string;
  face: ReactNode;
  children: ReactNode;
}

/** A button that opens a list of links and buttons below it; Escape, a click elsewhere and leaving close it. */
export function Menu({ label, face, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useId();
  useEffect(() => {
    if (!open) return;
    const onPointer = ({ target }: PointerEvent) => {
      if (!root.current?.contains(target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", onPointer);
    return () => removeEventListener("pointerdown", onPointer);
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens to what its controls do.
    <div
      ref={root}
      className="relative"
      onKeyDown={({ key }) => {
        if (key !== "Escape" || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
      onBlur={({ relatedTarget }) => {
        if (relatedTarget && !root.current?.contains(relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        className="grid size-11 place-items-center rounded-full"
        aria-label={label}
        aria-expanded={open}
        aria-controls={list}
        onClick={() => setOpen(!open)}
      >
        {face}
      </button>
      <div id={list} className="menu" hidden={!open}>
        {children}
      </div>
    </div>
  );
}
