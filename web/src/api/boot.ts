/** What the server wrote into the page, so that the first paint needs no request. */
import type { Boot, SiteSummary } from "./types";

/** Returns null where no server filled the page in, as under `vite dev`. */
export function readBoot(root: Document = document): Boot | null {
  const text = root.getElementById("boot")?.textContent?.trim() ?? "";
  if (!text.startsWith("{")) return null;
  return JSON.parse(text) as Boot;
}

/**
 * What the server wrote, with what the site says of itself now; the same where nothing is new. What stands
 * at an address stays while somebody is there: nobody is led away from a stream that they watch.
 */
export function renewed(boot: Boot, site: SiteSummary): Boot {
  const next = { ...site, mode: boot.site.mode };
  return JSON.stringify(next) === JSON.stringify(boot.site) ? boot : { ...boot, site: next };
}
