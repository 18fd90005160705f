/** Which page an address shows. */
import { type ComponentType, lazy, Suspense, useEffect, useRef } from "react";
import { PRIMARY } from "@/api/client";
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
  [/^\/sign-in\/?$/, lazy(() => account().then(({ SignInPage }) => ({ default: SignInPage })))],
  [/^\/register\/?$/, lazy(() => account().then(({ RegisterPage }) => ({ default: RegisterPage })))],
  [/^\/setup\/?$/, lazy(() => account().then(({ SetUpPage }) => ({ default: SetUpPage })))],
  [/^\/setup\/([a-z]+)\/?$/, lazy(() => import("./setup/setup-page"))],
  [/^\/reset(?:-password)?\/?$/, lazy(() => account().then(({ ResetPage }) => ({ default: ResetPage })))],
  [
    /^\/confirm-mail\/?$/,
    lazy(() => account().then(({ ConfirmMailPage }) => ({ default: ConfirmMailPage }))),
  ],
  [/^\/browse\/?$/, lazy(() => discovery().then(({ BrowsePage }) => ({ default: BrowsePage })))],
  [
    /^\/category\/([^/]+)\/?$/,
    lazy(() => discovery().then(({ CategoryPage }) => ({ default: CategoryPage }))),
  ],
  [/^\/search\/?$/, lazy(() => discovery().then(({ SearchPage }) => ({ default: SearchPage })))],
  [/^\/following\/?$/, lazy(() => discovery().then(({ FollowingPage }) => ({ default: FollowingPage })))],
  [/^\/@([^/]+)\/schedule(?:\/([^/]+))?\/?$/, lazy(() => import("./schedule/schedule-page"))],
  [/^\/settings(?:\/([a-z]+))?\/?$/, lazy(() => import("./settings/settings-page"))],
  [/^\/studio(?:\/([^/]+)(?:\/([a-z]+)(?:\/([a-z]+))?)?)?\/?$/, lazy(() => import("./studio/studio-page"))],
  [/^\/admin(?:\/([a-z]+))?\/?$/, lazy(() => import("./admin/admin-page"))],
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
