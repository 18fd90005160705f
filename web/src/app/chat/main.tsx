/** The chat alone: in a window of its own, in the panels of OBS, in another site's frame. */
import "@/lib/main-messages";
import "@/lib/chat-messages";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { readBoot } from "@/api/boot";
import { ChatLine } from "@/api/chat-line";
import { ProblemError } from "@/api/client";
import { followChannel } from "@/api/live-status";
import { useSession } from "@/api/session";
import { ChatPanel } from "@/features/chat";
import { ServerClock } from "@/lib/clock";
import { activateLanguage } from "@/lib/i18n";
import { signInPath } from "@/lib/next-page";
import { type Place, placeOf } from "./place";
import "../styles/app.css";

const MAX_RETRIES = 3;

function ChatAlone({ slug, readOnly }: Place) {
  const [line] = useState(() => new ChatLine());
  const session = useSession();
  useEffect(
    () => followChannel({ slug, clock: new ServerClock(), chat: line, onUpdate: () => undefined }),
    [slug, line],
  );
  return (
    <main className="h-dvh">
      <h1 className="visually-hidden">{document.title}</h1>
      <ChatPanel
        slug={slug}
        line={line}
        readOnly={readOnly}
        signedIn={session && session.account != null}
        signInHref={signInPath(location.pathname)}
      />
    </main>
  );
}

const words = activateLanguage();
const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
const place = placeOf(location.pathname, location.search);
const slug = readBoot()?.channel?.slug ?? place.slug;
const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => !(error instanceof ProblemError) && failures < MAX_RETRIES,
      staleTime: 30_000,
    },
  },
});
void words.then(() =>
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <ChatAlone {...place} slug={slug} />
      </QueryClientProvider>
    </StrictMode>,
  ),
);
