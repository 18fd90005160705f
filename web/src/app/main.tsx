/** The web application: the only place that puts features together. */
import "@/lib/main-messages";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, useCallback, useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { readBoot, renewed } from "@/api/boot";
import { ProblemError } from "@/api/client";
import type { SiteSummary } from "@/api/types";
import { paint } from "@/lib/accent";
import { ServerClock } from "@/lib/clock";
import { activateLanguage } from "@/lib/i18n";
import { awaitInstallOffer } from "@/lib/install";
import { keepOfflinePage } from "./offline/keep";
import { Routes } from "./routes";
import { ServicesContext } from "./services";
import { isTelevision } from "./tv/is-tv";
import "./styles/app.css";

const MAX_RETRIES = 3;

const words = activateLanguage();
awaitInstallOffer();
keepOfflinePage();
if (isTelevision(navigator.userAgent, location.search)) {
  document.documentElement.dataset.tv = "";
  void import("./tv/tv").then(({ followArrows }) => followArrows());
}
const written = readBoot();
const clock = new ServerClock();
paint(written?.site.accent);
hideViewers(written?.site);
const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // An answer that says no will say no again; only silence is worth another try.
      retry: (failures, error) => !(error instanceof ProblemError) && failures < MAX_RETRIES,
      staleTime: 30_000,
    },
  },
});

/** Counts are 0 where the site hides them: pages leave them out. */
function hideViewers(site: SiteSummary | undefined): void {
  document.documentElement.toggleAttribute("data-hides-viewers", site?.hides_viewers ?? false);
}

function App() {
  const [boot, setBoot] = useState(written);
  const onSite = useCallback((site: SiteSummary) => setBoot((known) => known && renewed(known, site)), []);
  const services = useMemo(() => ({ boot, clock, onSite }), [boot, onSite]);
  useEffect(() => hideViewers(boot?.site), [boot]);
  return (
    <ServicesContext value={services}>
      <Routes />
    </ServicesContext>
  );
}

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
void words.then(() =>
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <App />
      </QueryClientProvider>
    </StrictMode>,
  ),
);
