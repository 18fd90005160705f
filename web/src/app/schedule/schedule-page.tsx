import "@/lib/page-messages";
import "../styles/pages.css";
import { i18n } from "@lingui/core";
import type { ReactNode } from "react";
import { ProblemError } from "@/api/client";
import type { Channel } from "@/api/types";
import { CalendarLinks, Occurrences, OneStream, useOccurrences } from "@/features/schedule";
import { Avatar } from "@/ui/avatar";
import { Loaded } from "@/ui/forms/loaded";
import { Link, useTitle } from "@/ui/navigation";
import { useNow } from "@/ui/use-now";
import { NotFoundPage } from "../not-found-page";
import { useServices } from "../services";
import { Shell } from "../shell";
import { useChannel } from "../watch/use-channel";

/** What is planned on a channel, or one of its streams: a page that keeps its address. */
export default function SchedulePage({ match: [slug = "", stream = ""] }: { match: string[] }) {
  const { data: channel, error } = useChannel(slug);
  if (error instanceof ProblemError && error.problem.status === 404) return <NotFoundPage />;
  return (
    <Shell>
      <div className="wide-page" style={{ maxInlineSize: "820px" }}>
        {channel &&
          (stream ? <StreamBody channel={channel} stream={stream} /> : <ScheduleBody channel={channel} />)}
      </div>
    </Shell>
  );
}

/** What came with the page, where it came with one. */
function usePlanned(channel: Channel, stream: string) {
  const { boot } = useServices();
  const planned = boot?.channel?.slug === channel.slug ? boot.planned : undefined;
  const known = planned && (planned.stream ?? "") === stream ? planned.occurrences : undefined;
  return useOccurrences(channel.slug, stream ? undefined : known);
}

function Head({ channel, title, children }: { channel: Channel; title: string; children?: ReactNode }) {
  const { boot } = useServices();
  useTitle(title, channel.name, boot?.site.name ?? "Rivulet");
  return (
    <header className="flex flex-wrap items-center gap-4">
      <Avatar
        name={channel.name}
        seed={channel.slug}
        picture={channel.avatar_url}
        live={channel.status.state !== "offline"}
      />
      <div className="min-w-0 flex-1 basis-56">
        <Link
          href={channel.is_primary ? "/" : `/@${encodeURIComponent(channel.slug)}`}
          className="text-[15px] text-fg-2 hover:underline"
          dir="auto"
        >
          {channel.name}
        </Link>
        <h1 className="page-title wrap-anywhere" dir="auto">
          {title}
        </h1>
      </div>
      {children}
    </header>
  );
}

function ScheduleBody({ channel }: { channel: Channel }) {
  const { clock } = useServices();
  const now = useNow(() => clock.now());
  const query = usePlanned(channel, "");
  return (
    <>
      <Head channel={channel} title={i18n._({ id: "schedule.title", message: "Schedule" })} />
      <CalendarLinks slug={channel.slug} />
      <Loaded query={query} lines={6}>
        {(occurrences) => <Occurrences occurrences={occurrences} now={now} />}
      </Loaded>
    </>
  );
}

function StreamBody({ channel, stream }: { channel: Channel; stream: string }) {
  const { boot, clock } = useServices();
  const now = useNow(() => clock.now());
  const query = usePlanned(channel, stream);
  const came = boot?.planned?.stream === stream ? boot.planned.occurrences : [];
  const fresh = query.data?.filter((coming) => coming.stream === stream) ?? [];
  const occurrences = fresh.length > 0 ? fresh : came;
  if (occurrences.length === 0 && query.isPending) return <Loaded query={query}>{() => null}</Loaded>;
  const [first] = occurrences;
  return (
    <>
      <Head channel={channel} title={first?.title ?? i18n._({ id: "schedule.title", message: "Schedule" })} />
      <OneStream occurrences={occurrences} now={now} />
      <CalendarLinks slug={channel.slug} />
      <p>
        <Link
          href={`/@${encodeURIComponent(channel.slug)}/schedule`}
          className="link inline-flex min-h-11 items-center"
        >
          {i18n._({ id: "schedule.all", message: "The whole schedule" })}
        </Link>
      </p>
    </>
  );
}
