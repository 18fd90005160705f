import { i18n } from "@lingui/core";
import type { ReactNode } from "react";
import { CardGrid } from "@/ui/channel-card";
import { Listing } from "./listing";
import { type Filter, useDirectory, useFollows } from "./queries";

/** Channels that fit a filter, and what stands below them once they are there. */
export function ChannelList({ filter, children }: { filter: Filter; children?: ReactNode }) {
  const query = useDirectory(filter);
  const channels = query.data?.pages.flatMap((page) => page.channels) ?? [];
  return (
    <Listing
      query={query}
      count={channels.length}
      below={children}
      empty={
        <p className="text-fg-2">
          {i18n._({ id: "list.empty", message: "There is nothing here yet. Try fewer filters." })}
        </p>
      }
    >
      {() => <CardGrid channels={channels} />}
    </Listing>
  );
}

/** What somebody follows. */
export function FollowList() {
  const query = useFollows();
  const channels = query.data?.pages.flatMap(({ follows }) => follows.map(({ channel }) => channel)) ?? [];
  return (
    <Listing
      query={query}
      count={channels.length}
      empty={
        <p className="text-fg-2">
          {i18n._({
            id: "follows.empty",
            message: "You follow no channel yet. Find one you like and press Follow.",
          })}
        </p>
      }
    >
      {() => <CardGrid channels={channels} />}
    </Listing>
  );
}
