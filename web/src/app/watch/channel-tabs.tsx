import { i18n } from "@lingui/core";
import { Suspense } from "react";
import type { ChatLine } from "@/api/chat-line";
import type { Channel } from "@/api/types";
import { About, Details, NextStream } from "@/features/channel";
import type { ServerClock } from "@/lib/clock";
import { later } from "@/lib/later";
import { Tabs } from "@/ui/tabs";
import { WatchChat } from "./chat-aside";

const panels = () => import("../schedule/panels");
const SchedulePanel = later(() => panels().then(({ SchedulePanel }) => ({ default: SchedulePanel })));
const PastPanel = later(() => panels().then(({ PastPanel }) => ({ default: PastPanel })));
const FollowersPanel = later(() => panels().then(({ FollowersPanel }) => ({ default: FollowersPanel })));

interface ChannelTabsProps {
  channel: Channel;
  clock: ServerClock;
  /** The chat, where it has no place beside the picture. */
  chat: ChatLine | null;
}

/** What there is to know of a channel: who it is, what is to come, what was. */
export function ChannelTabs({ channel, clock, chat }: ChannelTabsProps) {
  const wait = <div className="skeleton h-40" />;
  return (
    <Tabs
      label={i18n._({ id: "tabs.label", message: "About this channel" })}
      tabs={[
        ...(chat
          ? [
              {
                name: "chat",
                label: i18n._({ id: "tabs.chat", message: "Chat" }),
                panel: () => (
                  <div className="watch-chat-tab">
                    <WatchChat channel={channel} line={chat} />
                  </div>
                ),
              },
            ]
          : []),
        {
          name: "about",
          label: i18n._({ id: "tabs.about", message: "About" }),
          panel: () => (
            <>
              {chat && <Details channel={channel} />}
              {chat && <NextStreamCard channel={channel} clock={clock} />}
              <About channel={channel} />
            </>
          ),
        },
        {
          name: "schedule",
          label: i18n._({ id: "tabs.schedule", message: "Schedule" }),
          panel: () => (
            <Suspense fallback={wait}>
              <SchedulePanel channel={channel} clock={clock} />
            </Suspense>
          ),
        },
        {
          name: "past",
          label: i18n._({ id: "tabs.past", message: "Past broadcasts" }),
          panel: () => (
            <Suspense fallback={wait}>
              <PastPanel channel={channel} clock={clock} />
            </Suspense>
          ),
        },
        ...(channel.about.shows_followers
          ? [
              {
                name: "followers",
                label: i18n._({ id: "tabs.followers", message: "Followers" }),
                panel: () => (
                  <Suspense fallback={wait}>
                    <FollowersPanel channel={channel} />
                  </Suspense>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

/** Only while there is nothing to see, which is when it matters. */
export function NextStreamCard({ channel, clock }: Pick<ChannelTabsProps, "channel" | "clock">) {
  const { next_stream: next, status, slug } = channel;
  if (!next || status.state !== "offline") return null;
  return <NextStream next={next} slug={slug} clock={clock} />;
}
