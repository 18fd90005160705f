import { type ReactNode, useId } from "react";

interface SectionProps {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}

/** One matter on a page of several. */
export function Section({ title, lead, children }: SectionProps) {
  const heading = useId();
  return (
    <section className="section" aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {lead && <p className="mt-1 max-w-[65ch] text-[15px] text-fg-2">{lead}</p>}
      <div className="mt-5">{children}</div>
    </section>
  );
}
