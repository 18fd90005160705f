import type { ReactNode } from "react";
import { Link } from "../navigation";

export interface Part {
  href: string;
  label: string;
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
  return (
    <div className="parts-page">
      <div className="flex min-w-0 flex-col gap-3">
        <div>
          {above}
          <h1 className="page-title wrap-anywhere" dir="auto">
            {title}
          </h1>
        </div>
        <nav className="parts-nav" aria-label={label}>
          {parts.map(({ href, label }) => (
            <Link key={href} href={href} aria-current={href === current ? "page" : undefined}>
              {label}
            </Link>
          ))}
        </nav>
      </div>
      <div className="flex min-w-0 flex-col gap-5">{children}</div>
    </div>
  );
}
