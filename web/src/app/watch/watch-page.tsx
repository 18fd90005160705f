import { i18n } from "@lingui/core";
import { useEffect, useState } from "react";
import { ChatLine } from "@/api/chat-line";
import { ProblemError } from "@/api/client";
import type { Channel } from "@/api/types";
import { Actions, FollowButton, MetaBar } from "@/features/channel";
import { PageMessage } from "@/ui/page-message";
import { useAccent } from "@/ui/use-accent";
import { useMediaQuery } from "@/ui/use-media-query";
import { NotFoundPage } from "../not-found-page";
import { useServices } from "../services";
import { Shell } from "../shell";
import { ChannelPlayer } from "./channel-player";
import { ChannelTabs, NextStreamCard } from "./channel-tabs";
import { ChatAside, ShowChat } from "./chat-aside";
import { useChatPlace } from "./chat-place";
import { useChannel } from "./use-channel";

/** One channel: its player, its chat, what is on, and who it is. */
export function WatchPage({ slug }: { slug: string }) {
  const [line] = useState(() => new ChatLine());
  const { data: channel, error, refetch } = useChannel(slug, line);
  if (channel) return <Watch channel={channel} line={line} />;
  if (error instanceof ProblemError && error.problem.status === 404) return <NotFoundPage />;
  if (error) return <Unreachable onRetry={() => void refetch()} />;
  return <Loading />;
}

/** From here on there is room for the chat beside the picture. */
const WIDE = "(width >= 900px)";

function Watch({ channel, line }: { channel: Channel; line: ChatLine }) {
  const { boot, clock } = useServices();
  useAccent(channel.about.accent, boot?.site.accent);
  const [theatre, setTheatre] = useState(false);
  const wide = useMediaQuery(WIDE);
  const chat = useChatPlace();
  useDocumentTitle(channel);
  const beside = wide && chat.shown;
  return (
    <Shell theatre={theatre}>
      <div className="watch" data-chat={beside ? "beside" : undefined} style={chat.style}>
        <div className="watch-main">
          <div className={theatre ? "" : "min-[900px]:px-6"}>
            <div className="player-frame stage-width">
              <ChannelPlayer channel={channel} theatre={theatre} onTheatre={setTheatre} />
            </div>
          </div>
          <div className="px-4 min-[900px]:px-6">
            <div className="stage-width">
              <MetaBar channel={channel} clock={clock} brief={!wide}>
                <FollowButton slug={channel.slug} followers={channel.followers} brief={!wide} />
                {wide && !chat.shown && <ShowChat onShow={chat.show} />}
              </MetaBar>
              <Actions actions={boot?.site.actions ?? []} />
              {wide && <NextStreamCard channel={channel} clock={clock} />}
              <ChannelTabs channel={channel} clock={clock} chat={wide ? null : line} />
            </div>
          </div>
        </div>
        {beside && <ChatAside channel={channel} line={line} place={chat} />}
      </div>
    </Shell>
  );
}

/** The same words that the server put there for the first page. */
function useDocumentTitle({ title, name }: Channel): void {
  useEffect(() => {
    document.title = title ? `${title} · ${name}` : name;
  }, [title, name]);
}

function Loading() {
  return (
    <Shell>
      <div className="watch">
        <div className="watch-main min-[900px]:px-6">
          <div className="player-frame stage-width" aria-busy="true">
            <div className="player" role="status">
              <div className="stage-wait">
                <span className="spinner" aria-hidden="true" />
                <span className="visually-hidden">{i18n._({ id: "stage.loading", message: "Loading" })}</span>
              </div>
            </div>
          </div>
        </div>
        <div className="watch-chat" />
      </div>
    </Shell>
  );
}

function Unreachable({ onRetry }: { onRetry(): void }) {
  return (
    <Shell>
      <PageMessage
        title={i18n._({ id: "unreachable.title", message: "The server does not answer" })}
        detail={i18n._({
          id: "unreachable.detail",
          message: "Either it is being restarted, or your connection is down.",
        })}
      >
        <button type="button" className="button" data-primary="" onClick={onRetry}>
          {i18n._({ id: "stage.retry", message: "Try again" })}
        </button>
      </PageMessage>
    </Shell>
  );
}
