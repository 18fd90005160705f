import "@/lib/page-messages";
import "../styles/pages.css";
import { i18n } from "@lingui/core";
import { lazy, Suspense, useEffect } from "react";
import type { OwnChannel } from "@/api/schema";
import {
  AboutForm,
  ChannelList,
  GoLive,
  Members,
  NewChannel,
  OnNow,
  Panels,
  Pictures,
  Schedule,
  StreamCard,
  studioPath,
  useOwnChannels,
} from "@/features/studio";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { Parts } from "@/ui/forms/parts";
import { Link, navigate, useTitle } from "@/ui/navigation";
import { NeedsPerson } from "../needs-person";
import { useServices } from "../services";
import { useChannel } from "../watch/use-channel";
import { rtmpServer } from "./rtmp-server";

/** Charts come when somebody looks at them. */
const StudioInsights = lazy(() => import("../insights/pages").then((it) => ({ default: it.StudioInsights })));

const TITLE = () => i18n._({ id: "studio.title", message: "Studio" });

/** Where streamers work: their channels, and one of them. */
export default function StudioPage({ match: [slug = "", part = ""] }: { match: string[] }) {
  return <NeedsPerson>{() => (slug ? <OneChannel slug={slug} part={part} /> : <Overview />)}</NeedsPerson>;
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

function OneChannel({ slug, part }: { slug: string; part: string }) {
  const channels = useOwnChannels();
  return (
    <Loaded query={channels}>
      {(known) => {
        const channel = known.find((own) => own.slug === slug);
        return channel ? <Channel channel={channel} part={part} /> : <Elsewhere />;
      }}
    </Loaded>
  );
}

/** The channel was renamed, or is somebody else's. */
function Elsewhere() {
  useEffect(() => navigate("/studio", { replace: true }), []);
  return null;
}

function Channel({ channel, part }: { channel: OwnChannel; part: string }) {
  const { boot, clock } = useServices();
  const { data: watched } = useChannel(channel.slug);
  useSiteTitle(channel.name, TITLE());
  const { slug, role } = channel;
  const parts = [{ href: studioPath(slug), label: i18n._({ id: "studio.stream", message: "Stream" }) }];
  parts.push({
    href: studioPath(slug, "insights"),
    label: i18n._({ id: "studio.insights", message: "Insights" }),
  });
  if (role !== "moderator")
    parts.push({
      href: studioPath(slug, "schedule"),
      label: i18n._({ id: "studio.schedule", message: "Schedule" }),
    });
  if (role !== "moderator")
    parts.push({ href: studioPath(slug, "about"), label: i18n._({ id: "studio.about", message: "About" }) });
  if (role === "owner")
    parts.push({
      href: studioPath(slug, "people"),
      label: i18n._({ id: "studio.people", message: "People" }),
    });
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
      current={studioPath(slug, part)}
    >
      {part === "about" ? (
        <>
          <AboutForm channel={slug} />
          <Pictures channel={slug} />
          <Panels channel={slug} />
        </>
      ) : part === "insights" ? (
        <Suspense fallback={<div className="skeleton h-60" />}>
          <StudioInsights channel={slug} />
        </Suspense>
      ) : part === "schedule" ? (
        <Schedule channel={slug} now={() => clock.now()} />
      ) : part === "people" ? (
        <Members channel={slug} />
      ) : (
        <>
          <StreamCard channel={channel} status={watched?.status} now={() => clock.now()} />
          {role !== "moderator" && <OnNow channel={slug} />}
          <GoLive
            channel={slug}
            server={rtmpServer(boot?.rtmp_port, location.hostname)}
            mayUseKeys={role === "owner"}
          />
        </>
      )}
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
