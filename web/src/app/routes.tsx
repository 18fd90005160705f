/** Which page an address shows. */
import { PRIMARY } from "@/api/client";
import { usePath } from "./navigation";
import { NotFoundPage } from "./not-found-page";
import { WatchPage } from "./watch/watch-page";

export function Routes() {
  const slug = slugOf(usePath());
  return slug === null ? <NotFoundPage /> : <WatchPage key={slug} slug={slug} />;
}

/** The channel whose page is at a path: `/` is the primary channel's, `/@name` anybody's. */
export function slugOf(path: string): string | null {
  if (path === "/") return PRIMARY;
  const name = /^\/@([^/]+)\/?$/.exec(path)?.[1];
  return name === undefined ? null : decoded(name);
}

function decoded(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}
