import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";

export interface Tab {
  name: string;
  label: string;
  panel(): ReactNode;
}

interface TabsProps {
  label: string;
  tabs: Tab[];
}

/** One of several things at a time; arrows go from tab to tab, as WAI-ARIA says they do. */
export function Tabs({ label, tabs }: TabsProps) {
  // Until somebody chooses, it is the first one, whichever that is now.
  const [chosen, setChosen] = useState<string>();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const at = Math.max(
    0,
    tabs.findIndex(({ name }) => name === chosen),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const rtl = getComputedStyle(event.currentTarget).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: at + rtl, ArrowLeft: at - rtl, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    setChosen(next?.name);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next?.name}"]`)?.focus();
  };
  const current = tabs[at];
  return (
    <div>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        className="tabs"
        data-part="tabs"
        onKeyDown={onKeyDown}
      >
        {tabs.map(({ name, label }, index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            data-tab={name}
            aria-selected={index === at}
            aria-controls={`${id}-panel`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => setChosen(name)}
          >
            {label}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-${current?.name}`}
        tabIndex={-1}
        className="pt-5 outline-none"
      >
        {current?.panel()}
      </div>
    </div>
  );
}
