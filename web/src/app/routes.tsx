/** Which page an address shows. */
import { type ComponentType, Suspense, useEffect, useRef } from "react";
import { PRIMARY } from "@/api/client";
import { later } from "@/lib/later";
import { usePath } from "@/ui/navigation";
import { DirectoryPage } from "./directory-page";
import { LaterBoundary, LaterWait } from "./later";
import { NotFoundPage } from "./not-found-page";
import { useServices } from "./services";
import { WatchPage } from "./watch/watch-page";

/** Pages that the watch page does not wait for: each area is a script of its own. */
const account = () => import("./account/pages");
const discovery = () => import("./discovery/pages");
const PAGES: [RegExp, ComponentType<{ match: string[] }>][] = [
  [/^\/sign-in\/?$/, later(() => account().then(({ SignInPage }) => ({ default: SignInPage })))],
  [/^\/register\/?$/, later(() => account().then(({ RegisterPage }) => ({ default: RegisterPage })))],
  [/^\/setup\/?$/, later(() => account().then(({ SetUpPage }) => ({ default: SetUpPage })))],
  [/^\/setup\/([a-z]+)\/?$/, later(() => import("./setup/setup-page"))],
  [/^\/reset(?:-password)?\/?$/, later(() => account().then(({ ResetPage }) => ({ default: ResetPage })))],
  [
    /^\/confirm-mail\/?$/,
    later(() => account().then(({ ConfirmMailPage }) => ({ default: ConfirmMailPage }))),
  ],
  [/^\/browse\/?$/, later(() => discovery().then(({ BrowsePage }) => ({ default: BrowsePage })))],
  [
    /^\/category\/([^/]+)\/?$/,
    later(() => discovery().then(({ CategoryPage }) => ({ default: CategoryPage }))),
  ],
  [/^\/search\/?$/, later(() => discovery().then(({ SearchPage }) => ({ default: SearchPage })))],
  [/^\/following\/?$/, later(() => discovery().then(({ FollowingPage }) => ({ default: FollowingPage })))],
  [/^\/@([^/]+)\/schedule(?:\/([^/]+))?\/?$/, later(() => import("./schedule/schedule-page"))],
  [/^\/settings(?:\/([a-z]+))?\/?$/, later(() => import("./settings/settings-page"))],
  [/^\/studio(?:\/([^/]+)(?:\/([a-z]+)(?:\/([a-z]+))?)?)?\/?$/, later(() => import("./studio/studio-page"))],
  [/^\/admin(?:\/([a-z]+))?\/?$/, later(() => import("./admin/admin-page"))],
];

export function Routes() {
  const path = usePath();
  useFocusOnArrival(path);
  const { boot } = useServices();
  if (path === "/" && boot?.site.mode === "multi") return <DirectoryPage />;
  const slug = slugOf(path);
  if (slug !== null) return <WatchPage key={slug} slug={slug} />;
  for (const [pattern, Page] of PAGES) {
    const match = pattern.exec(path);
    const parts = match?.slice(1).map((part) => (part && decoded(part)) ?? "");
    if (parts) return <Later key={pattern.source} page={Page} match={parts} />;
  }
  return <NotFoundPage />;
}

function Later({ page: Page, match }: { page: ComponentType<{ match: string[] }>; match: string[] }) {
  return (
    <LaterBoundary>
      <Suspense fallback={<LaterWait />}>
        <Page match={match} />
      </Suspense>
    </LaterBoundary>
  );
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

/** A new page is where reading goes on: without this, focus would stay on a link that is gone. */
function useFocusOnArrival(path: string): void {
  const known = useRef(path);
  useEffect(() => {
    if (known.current === path) return;
    known.current = path;
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [path]);
}
