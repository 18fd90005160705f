/** Which page an address shows. */
import { PRIMARY } from "@/api/client";
import { DirectoryPage } from "./directory-page";
import { usePath } from "./navigation";
import { NotFoundPage } from "./not-found-page";
import { useServices } from "./services";
import { WatchPage } from "./watch/watch-page";

export function Routes() {
  const { boot } = useServices();
  const path = usePath();
  const slug = slugOf(path);
  if (path === "/" && boot?.site.mode === "multi") return <DirectoryPage />;
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
