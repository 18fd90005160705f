import type { ReactNode } from "react";

interface PageMessageProps {
  title: string;
  detail: string;
  /** The one thing to do about it. */
  children: ReactNode;
}

/** A page that has only something to say. */
export function PageMessage({ title, detail, children }: PageMessageProps) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-24 text-center">
      <h1 className="text-[26px] leading-tight font-[650] tracking-tight">{title}</h1>
      <p className="mb-4 text-fg-2">{detail}</p>
      {children}
    </div>
  );
}
