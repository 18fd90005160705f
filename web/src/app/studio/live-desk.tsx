/** The stream manager: what is on, the chat and what happens, beside each other; each is a dock too. */
import { i18n } from "@lingui/core";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useHealth } from "@/api/health";
import type { OwnChannel } from "@/api/schema";
import { useSession } from "@/api/session";
import type { Channel } from "@/api/types";
import {
  Activity,
  HeardLine,
  LiveHealth,
  Markers,
  OnNow,
  QuickActions,
  StreamCard,
  studioPath,
} from "@/features/studio";
import { signInPath } from "@/lib/next-page";
import { Section } from "@/ui/forms/section";
import { Link } from "@/ui/navigation";
import { useServices } from "../services";
import { ChannelPlayer } from "../watch/channel-player";
import { useChannel } from "../watch/use-channel";

const ChatPanel = lazy(() => import("../chat/panel"));

/** The panels by their names in addresses. */
const PANELS = ["preview", "controls", "markers", "activity", "health", "chat"] as const;
type Panel = (typeof PANELS)[number];

export function isPanel(name: string): name is Panel {
  return (PANELS as readonly string[]).includes(name);
}

function useDesk(own: OwnChannel) {
  const [line] = useState(() => new HeardLine());
  const { data: channel } = useChannel(own.slug, line);
  return { line, channel, watched: useHealth(own.slug) };
}

/** All of it. */
export function LiveDesk({ own }: { own: OwnChannel }) {
  const { line, channel, watched } = useDesk(own);
  return (
    <div className="desk">
      <div className="desk-column">
        <div>
          <Link href={studioPath(own.slug)} className="link inline-flex min-h-9 items-center text-sm">
            {own.name}
          </Link>
          <h1 className="page-title">{i18n._({ id: "desk.title", message: "Stream manager" })}</h1>
        </div>
        <Preview channel={channel} />
        <Controls own={own} channel={channel} />
        <LiveHealth watched={watched} />
      </div>
      <div className="desk-column">
        <Markers channel={own.slug} status={channel?.status} />
        <QuickActions channel={own.slug} onAir={isOn(channel)} isPrimary={own.is_primary} />
        <Activity channel={own.slug} line={line} status={channel?.status} health={watched.health} />
        <Docks own={own} />
      </div>
      <div className="desk-column">
        <Chat channel={channel} line={line} />
      </div>
    </div>
  );
}

/** One panel alone, as OBS shows it in a dock. */
export function Dock({ own, panel }: { own: OwnChannel; panel: Panel }) {
  const { line, channel, watched } = useDesk(own);
  const panels: Record<Panel, () => ReactNode> = {
    preview: () => <Preview channel={channel} />,
    controls: () => (
      <div className="desk-column">
        <Controls own={own} channel={channel} />
        <QuickActions channel={own.slug} onAir={isOn(channel)} isPrimary={own.is_primary} />
      </div>
    ),
    markers: () => <Markers channel={own.slug} status={channel?.status} />,
    activity: () => (
      <Activity channel={own.slug} line={line} status={channel?.status} health={watched.health} />
    ),
    health: () => <LiveHealth watched={watched} />,
    chat: () => <Chat channel={channel} line={line} />,
  };
  return (
    <main className="dock" id="main">
      <h1 className="visually-hidden">{`${own.name} – ${panelWords(panel)}`}</h1>
      {panels[panel]()}
    </main>
  );
}

function isOn(channel: Channel | undefined): boolean {
  return channel !== undefined && channel.status.state !== "offline";
}

function Controls({ own, channel }: { own: OwnChannel; channel: Channel | undefined }) {
  const { clock } = useServices();
  return (
    <>
      <StreamCard channel={own} status={channel?.status} now={() => clock.now()} />
      {own.role !== "moderator" && <OnNow channel={own.slug} />}
    </>
  );
}

function Preview({ channel }: { channel: Channel | undefined }) {
  if (!channel) return <div className="skeleton aspect-video" />;
  return (
    <div className="player-frame overflow-hidden rounded-card" data-part="desk-preview">
      <ChannelPlayer channel={channel} quiet />
    </div>
  );
}

function Chat({ channel, line }: { channel: Channel | undefined; line: HeardLine }) {
  const session = useSession();
  return (
    <aside className="desk-chat" aria-label={i18n._({ id: "watch.chat", message: "Chat of this channel" })}>
      {channel && (
        <Suspense fallback={<div className="chat-wait" />}>
          <ChatPanel
            slug={channel.slug}
            line={line}
            signedIn={session && session.account != null}
            signInHref={signInPath(location.pathname)}
            live={channel.status.state !== "offline"}
          />
        </Suspense>
      )}
    </aside>
  );
}

function Docks({ own }: { own: OwnChannel }) {
  return (
    <Section
      title={i18n._({ id: "docks.title", message: "As docks in OBS" })}
      lead={i18n._({
        id: "docks.lead",
        message: "In OBS choose Docks, Custom Browser Docks, and put in the address of one of these.",
      })}
    >
      <ul className="flex flex-wrap gap-x-5 gap-y-1">
        {PANELS.map((panel) => (
          <li key={panel}>
            <a
              href={`${studioPath(own.slug, "live")}/${panel}`}
              target="_blank"
              rel="noopener"
              className="link inline-flex min-h-9 items-center text-sm"
            >
              {panelWords(panel)}
            </a>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function panelWords(panel: Panel): string {
  const words: Record<Panel, string> = {
    preview: i18n._({ id: "dock.preview", message: "Preview" }),
    controls: i18n._({ id: "dock.controls", message: "Controls" }),
    markers: i18n._({ id: "markers.title", message: "Markers" }),
    activity: i18n._({ id: "activity.title", message: "Activity" }),
    health: i18n._({ id: "health.title", message: "Health" }),
    chat: i18n._({ id: "dock.chat", message: "Chat" }),
  };
  return words[panel];
}
