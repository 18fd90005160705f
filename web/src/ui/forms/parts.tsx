import { Fragment, type ReactNode, useEffect, useRef } from "react";
import { Link } from "../navigation";

export interface Part {
  href: string;
  label: string;
  /** Under which heading it stands, where there are many. */
  group?: string;
}

interface PartsProps {
  title: string;
  /** Above the title: where this belongs. */
  above?: ReactNode;
  label: string;
  parts: Part[];
  current: string;
  children: ReactNode;
}

/** A page of several parts, each at an address of its own. */
export function Parts({ title, above, label, parts, current, children }: PartsProps) {
  const nav = useRef<HTMLElement>(null);
  // On a phone the parts stand in one line that is longer than the screen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another part is another link.
  useEffect(() => {
    const line = nav.current;
    const link = line?.querySelector("[aria-current]");
    // The line alone moves: who opens a page begins at its top.
    if (line && link) line.scrollLeft += middleOf(link) - middleOf(line);
  }, [current]);
  return (
    <div className="parts-page">
      <div className="flex min-w-0 flex-col gap-3">
        <div>
          {above}
          <h1 className="page-title wrap-anywhere" dir="auto">
            {title}
          </h1>
        </div>
        <nav ref={nav} className="parts-nav" aria-label={label}>
          {parts.map(({ href, label, group }, index) => (
            <Fragment key={href}>
              {group && group !== parts[index - 1]?.group && <p className="parts-group">{group}</p>}
              <Link href={href} aria-current={href === current ? "page" : undefined}>
                {label}
              </Link>
            </Fragment>
          ))}
        </nav>
      </div>
      <div className="flex min-w-0 flex-col gap-5">{children}</div>
    </div>
  );
}

function middleOf(element: Element): number {
  const { left, right } = element.getBoundingClientRect();
  return (left + right) / 2;
}
