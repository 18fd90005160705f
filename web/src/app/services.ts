import { createContext, useContext } from "react";
import type { Boot, SiteSummary } from "@/api/types";
import type { ServerClock } from "@/lib/clock";

/** What there is once per page. */
export interface Services {
  boot: Boot | null;
  clock: ServerClock;
  /** To be called with what the site says of itself now. */
  onSite(site: SiteSummary): void;
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error("page rendered outside of its services");
  return services;
}
