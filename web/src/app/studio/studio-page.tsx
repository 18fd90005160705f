import "@/lib/page-messages";
import "../styles/pages.css";
import { i18n } from "@lingui/core";
import { lazy, Suspense, useEffect } from "react";
import { useHealth } from "@/api/health";
import type { OwnChannel } from "@/api/schema";
import { useSession } from "@/api/session";
import {
  AboutForm,
  Bans,
  Broadcasts,
  ChannelList,
  ChatRules,
  Emotes,
  GoLive,
  LiveHealth,
  Look,
  Members,
  MessageSearch,
  ModerationLog,
  ModerationQueue,
  NewChannel,
  OnNow,
  Panels,
  Pictures,
  Schedule,
  Signal,
  StreamCard,
  studioPath,
  Terms,
  useOwnChannels,
  Video,
} from "@/features/studio";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { type Part, Parts } from "@/ui/forms/parts";
import { Link, navigate, useTitle } from "@/ui/navigation";
import { NeedsPerson } from "../needs-person";
import { useServices } from "../services";
import { useChannel } from "../watch/use-channel";
import { Dock, isPanel, LiveDesk } from "./live-desk";
import { rtmpServer } from "./rtmp-server";

/** Charts come when somebody looks at them. */
const StudioInsights = lazy(() => import("../insights/pages").then((it) => ({ default: it.StudioInsights })));

const TITLE = () => i18n._({ id: "studio.title", message: "Studio" });

/** Where streamers work: their channels, and one of them. */
export default function StudioPage({ match: [slug = "", part = "", panel = ""] }: { match: string[] }) {
  return (
    <NeedsPerson bare={part === "live" && isPanel(panel)}>
      {() => (slug ? <OneChannel slug={slug} part={part} panel={panel} /> : <Overview />)}
    </NeedsPerson>
  );
}

function useSiteTitle(...parts: string[]) {
  const { boot } = useServices();
  useTitle(...parts, boot?.site.name ?? "Rivulet");
}

function Overview() {
  const channels = useOwnChannels();
  useSiteTitle(TITLE());
  return (
    <div className="parts-page" style={{ gridTemplateColumns: "minmax(0, 1fr)" }}>
      <h1 className="page-title">{TITLE()}</h1>
      <Loaded query={channels}>
        {(known) => (
          <>
            {known.length > 0 ? (
              <ChannelList channels={known} />
            ) : (
              <Notice kind="info">
                {i18n._({
                  id: "studio.none",
                  message: "You work on no channel yet. Make one, or ask its owner to give you a role.",
                })}
              </Notice>
            )}
            <NewChannel onMade={(slug) => navigate(studioPath(slug))} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function OneChannel({ slug, part, panel }: { slug: string; part: string; panel: string }) {
  const channels = useOwnChannels();
  return (
    <Loaded query={channels}>
      {(known) => {
        const channel = known.find((own) => own.slug === slug);
        if (!channel) return <Elsewhere />;
        if (part === "live") return <Live channel={channel} panel={panel} />;
        return <Channel channel={channel} part={part} />;
      }}
    </Loaded>
  );
}

/** The channel was renamed, or is somebody else's. */
function Elsewhere() {
  useEffect(() => navigate("/studio", { replace: true }), []);
  return null;
}

function Live({ channel, panel }: { channel: OwnChannel; panel: string }) {
  useSiteTitle(i18n._({ id: "desk.title", message: "Stream manager" }), channel.name);
  return isPanel(panel) ? <Dock own={channel} panel={panel} /> : <LiveDesk own={channel} />;
}

/** What there is for somebody's role, in the order in which it is needed. */
function partsOf({ slug, role }: OwnChannel): Part[] {
  const part = (name: string, label: string): Part => ({ href: studioPath(slug, name), label });
  const editor = role !== "moderator";
  return [
    part("", i18n._({ id: "studio.stream", message: "Stream" })),
    part("live", i18n._({ id: "desk.title", message: "Stream manager" })),
    part("insights", i18n._({ id: "studio.insights", message: "Insights" })),
    part("moderation", i18n._({ id: "studio.moderation", message: "Moderation" })),
    part("chat", i18n._({ id: "studio.chat", message: "Chat" })),
    ...(editor
      ? [
          part("schedule", i18n._({ id: "studio.schedule", message: "Schedule" })),
          part("broadcasts", i18n._({ id: "studio.broadcasts", message: "Broadcasts" })),
          part("about", i18n._({ id: "studio.about", message: "About" })),
          part("look", i18n._({ id: "studio.look", message: "Appearance" })),
          part("video", i18n._({ id: "studio.video", message: "Video" })),
        ]
      : []),
    ...(role === "owner" ? [part("people", i18n._({ id: "studio.people", message: "People" }))] : []),
  ];
}

function Channel({ channel, part }: { channel: OwnChannel; part: string }) {
  useSiteTitle(channel.name, TITLE());
  const { slug } = channel;
  const parts = partsOf(channel);
  const wanted = studioPath(slug, part);
  const current = parts.find(({ href }) => href === wanted)?.href ?? studioPath(slug);
  return (
    <Parts
      title={channel.name}
      above={
        <Link href="/studio" className="link inline-flex min-h-9 items-center text-sm">
          {TITLE()}
        </Link>
      }
      label={i18n._({ id: "studio.parts", message: "Parts of the studio" })}
      parts={parts}
      current={current}
    >
      <OnePart channel={channel} part={current === wanted ? part : ""} />
      <p>
        <Link
          href={channel.is_primary ? "/" : `/@${encodeURIComponent(slug)}`}
          className="link inline-flex min-h-11 items-center text-[15px]"
        >
          {i18n._({ id: "studio.watch", message: "See the channel as viewers do" })}
        </Link>
      </p>
    </Parts>
  );
}

function OnePart({ channel, part }: { channel: OwnChannel; part: string }) {
  const { clock } = useServices();
  const session = useSession();
  const { slug, role } = channel;
  switch (part) {
    case "moderation":
      return (
        <>
          <ModerationQueue channel={slug} />
          <MessageSearch channel={slug} />
          <Bans channel={slug} />
          <Terms channel={slug} />
          <ModerationLog channel={slug} />
        </>
      );
    case "chat":
      return (
        <>
          <ChatRules channel={slug} />
          {role !== "moderator" && <Emotes channel={slug} />}
        </>
      );
    case "schedule":
      return <Schedule channel={slug} now={() => clock.now()} />;
    case "insights":
      return (
        <Suspense fallback={<div className="skeleton h-60" />}>
          <StudioInsights channel={slug} />
        </Suspense>
      );
    case "broadcasts":
      return <Broadcasts channel={slug} />;
    case "about":
      return (
        <>
          <AboutForm channel={slug} />
          <Panels channel={slug} />
        </>
      );
    case "look":
      return (
        <>
          <Look channel={slug} />
          <Pictures channel={slug} />
        </>
      );
    case "video":
      return <Video channel={slug} operates={session?.permissions.includes("operate") ?? false} />;
    case "people":
      return <Members channel={slug} />;
    default:
      return <Stream channel={channel} />;
  }
}

function Stream({ channel }: { channel: OwnChannel }) {
  const { boot, clock } = useServices();
  const { data: watched } = useChannel(channel.slug);
  const health = useHealth(channel.slug);
  const { slug, role, name } = channel;
  const onAir = watched !== undefined && watched.status.state !== "offline";
  return (
    <>
      <StreamCard channel={channel} status={watched?.status} now={() => clock.now()} />
      {onAir && <LiveHealth watched={health} />}
      {role !== "moderator" && <OnNow channel={slug} />}
      <GoLive
        channel={slug}
        name={name}
        server={rtmpServer(boot?.rtmp_port, location.hostname)}
        mayUseKeys={role === "owner"}
      />
      <Signal health={health.health} />
    </>
  );
}
