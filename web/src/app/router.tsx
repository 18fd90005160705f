import { createRootRoute, createRoute, createRouter, Outlet } from "@tanstack/react-router";
import { PRIMARY } from "@/api/client";
import { NotFoundPage } from "./not-found-page";
import { WatchPage } from "./watch/watch-page";

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: () => <WatchPage slug={PRIMARY} />,
});

const channel = createRoute({
  getParentRoute: () => root,
  path: "/@{$slug}",
  component: function ChannelRoute() {
    const { slug } = channel.useParams();
    return <WatchPage key={slug} slug={slug} />;
  },
});

const routeTree = root.addChildren([home, channel]);

export function createAppRouter() {
  return createRouter({ routeTree, defaultPreload: "intent", scrollRestoration: true });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
