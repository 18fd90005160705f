/** What the server wrote into the page, so that the first paint needs no request. */
import type { Boot } from "./types";

/** Returns null where no server filled the page in, as under `vite dev`. */
export function readBoot(root: Document = document): Boot | null {
  const text = root.getElementById("boot")?.textContent?.trim() ?? "";
  if (!text.startsWith("{")) return null;
  return JSON.parse(text) as Boot;
}
