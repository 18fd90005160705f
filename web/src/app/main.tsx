/** The web application: the only place that puts features together. */
import "@/lib/main-messages";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { readBoot } from "@/api/boot";
import { ProblemError } from "@/api/client";
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
const services = { boot: readBoot(), clock: new ServerClock() };
paint(services.boot?.site.accent);
// Counts are 0 where the site hides them: pages leave them out.
document.documentElement.toggleAttribute("data-hides-viewers", services.boot?.site.hides_viewers ?? false);
const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // An answer that says no will say no again; only silence is worth another try.
      retry: (failures, error) => !(error instanceof ProblemError) && failures < MAX_RETRIES,
      staleTime: 30_000,
    },
  },
});

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
void words.then(() =>
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ServicesContext value={services}>
          <Routes />
        </ServicesContext>
      </QueryClientProvider>
    </StrictMode>,
  ),
);
