import "@/lib/page-messages";
import "../styles/pages.css";
import { i18n } from "@lingui/core";
import type { ReactNode } from "react";
import { PlayerSurface } from "@/features/player";
import { CHANNEL, LookStep, ModeStep, NameStep, TestStream } from "@/features/setup";
import { GoLive, studioPath, useOwnChannels, Video } from "@/features/studio";
import { Button } from "@/ui/button";
import { Loaded } from "@/ui/forms/loaded";
import { Link, navigate, useTitle } from "@/ui/navigation";
import { NeedsPerson } from "../needs-person";
import { useServices } from "../services";
import { rtmpServer } from "../studio/rtmp-server";
import { useChannel } from "../watch/use-channel";

interface Step {
  name: string;
  label: string;
  title: string;
  show(next: () => void): ReactNode;
}

/** The first steps of a new site. Each is an address, so that one can go back, skip, and come again. */
export default function SetUpWizard({ match: [part = ""] }: { match: string[] }) {
  return <NeedsPerson permission="site_settings">{() => <Wizard part={part} />}</NeedsPerson>;
}

function Wizard({ part }: { part: string }) {
  const { boot } = useServices();
  const steps = stepsOf();
  const at = Math.max(
    0,
    steps.findIndex(({ name }) => name === part),
  );
  const step = steps[at];
  useTitle(step?.title ?? "", boot?.site.name ?? "Rivulet");
  const next = () => navigate(`/setup/${steps[at + 1]?.name ?? "done"}`);
  return (
    <div className="wizard">
      <nav aria-label={i18n._({ id: "wizard.steps", message: "Steps" })} className="wizard-steps">
        {steps.map(({ name, label }, index) => (
          <Link
            key={name}
            href={`/setup/${name}`}
            data-done={index < at ? "" : undefined}
            aria-current={index === at ? "step" : undefined}
          >
            <span>{label}</span>
          </Link>
        ))}
      </nav>
      <p className="mb-1 text-sm text-fg-2">
        {i18n._({
          id: "wizard.at",
          message: "Step {at} of {count}",
          values: { at: at + 1, count: steps.length },
        })}
      </p>
      <h1 className="page-title mb-5">{step?.title}</h1>
      <div data-part="wizard-step" data-step={step?.name}>
        {step?.show(next)}
      </div>
    </div>
  );
}

function stepsOf(): Step[] {
  return [
    {
      name: "name",
      label: i18n._({ id: "wizard.name", message: "Name" }),
      title: i18n._({ id: "wizard.name.title", message: "Give it a name" }),
      show: (next) => (
        <Card>
          <NameStep onDone={next} />
        </Card>
      ),
    },
    {
      name: "mode",
      label: i18n._({ id: "wizard.mode", message: "Who" }),
      title: i18n._({ id: "wizard.mode.title", message: "Who it is for" }),
      show: (next) => (
        <Card>
          <ModeStep onDone={next} />
        </Card>
      ),
    },
    {
      name: "look",
      label: i18n._({ id: "wizard.look", message: "Look" }),
      title: i18n._({ id: "wizard.look.title", message: "What it looks like" }),
      show: (next) => (
        <Card>
          <LookStep onDone={next} />
        </Card>
      ),
    },
    {
      name: "video",
      label: i18n._({ id: "wizard.video", message: "Video" }),
      title: i18n._({ id: "wizard.video.title", message: "Which qualities viewers get" }),
      show: (next) => (
        <>
          <Video channel={CHANNEL} operates />
          <Button kind="quiet" className="mt-4" onClick={next}>
            {i18n._({ id: "wizard.on", message: "Go on with the test" })}
          </Button>
        </>
      ),
    },
    {
      name: "test",
      label: i18n._({ id: "wizard.test", message: "Test" }),
      title: i18n._({ id: "wizard.test.title", message: "See it work before you open OBS" }),
      show: (next) => (
        <Card>
          <Test onDone={next} />
        </Card>
      ),
    },
    {
      name: "done",
      label: i18n._({ id: "wizard.done", message: "Go live" }),
      title: i18n._({ id: "wizard.done.title", message: "Everything is ready" }),
      show: () => <Done />,
    },
  ];
}

function Card({ children }: { children: ReactNode }) {
  return <div className="section">{children}</div>;
}

function Test({ onDone }: { onDone(): void }) {
  const { clock } = useServices();
  const { data: channel } = useChannel(CHANNEL);
  const player = channel && (
    <div className="player-frame overflow-hidden rounded-card">
      <PlayerSurface
        slug={channel.slug}
        channelName={channel.name}
        title={channel.title}
        pictureUrl={channel.picture_url}
        playbackUrl={channel.playback_url}
        status={channel.status}
        clock={clock}
        theatre={false}
        onTheatre={() => undefined}
      />
    </div>
  );
  return <TestStream status={channel?.status} player={player} onDone={onDone} />;
}

function Done() {
  const { boot } = useServices();
  const channels = useOwnChannels();
  return (
    <Loaded query={channels} lines={10}>
      {(known) => {
        const own = known.find(({ is_primary }) => is_primary);
        if (!own) return null;
        return (
          <div className="flex flex-col gap-5">
            <GoLive
              channel={own.slug}
              name={own.name}
              server={rtmpServer(boot?.rtmp_port, location.hostname)}
              mayUseKeys={own.role === "owner"}
            />
            <p className="flex flex-wrap gap-3">
              {/* The whole page anew: its name and colour are others than when it was loaded. */}
              <a href={studioPath(own.slug)} className="button" data-primary="">
                {i18n._({ id: "wizard.studio", message: "Go to the studio" })}
              </a>
              <a href="/" className="button">
                {i18n._({ id: "wizard.page", message: "See your page" })}
              </a>
            </p>
          </div>
        );
      }}
    </Loaded>
  );
}
