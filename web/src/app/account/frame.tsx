import type { ReactNode } from "react";
import { useTitle } from "@/ui/navigation";
import { useServices } from "../services";
import { Shell } from "../shell";

interface NarrowPageProps {
  title: string;
  lead?: string;
  children: ReactNode;
  /** Below the card: where else to go. */
  foot?: ReactNode;
}

/** A page with one thing to fill in. */
export function NarrowPage({ title, lead, children, foot }: NarrowPageProps) {
  const { boot } = useServices();
  useTitle(title, boot?.site.name ?? "Rivulet");
  return (
    <Shell>
      <div className="narrow-page">
        <div className="card">
          <h1 className="page-title mb-5">{title}</h1>
          {lead && <p className="-mt-3 mb-5 text-[15px] text-fg-2">{lead}</p>}
          {children}
        </div>
        {foot && <div className="mt-5 flex flex-col items-center gap-1 text-[15px] text-fg-2">{foot}</div>}
      </div>
    </Shell>
  );
}
