import { i18n } from "@lingui/core";
import { type ReactNode, useState } from "react";
import type { Status } from "@/api/types";
import type { ServerClock } from "@/lib/clock";
import { formatElapsed } from "@/lib/format";
import { wantsReducedData } from "@/lib/reduced-data";
import { formatLeft, formatWhen } from "@/lib/when";
import { Icon } from "@/ui/icon";
import { useNow } from "@/ui/use-now";
import { type Fault, stageOf } from "../model";
import { canRetry, faultWords, lastLiveWords } from "../words";
import { Ripples } from "./ripples";
import { usePlayer, usePlayerView } from "./use-player";

export interface StageProps {
  channelName: string;
  /** The owner's picture of the channel, where there is one. */
  pictureUrl: string | null;
  playbackUrl: string;
  status: Status;
  /** The stream that is planned next. */
  next?: { starts_at: string } | null;
  clock: ServerClock;
}

/** What stands in front of the picture when the picture alone does not say enough. */
export function Stage(props: StageProps) {
  const player = usePlayer();
  const stage = usePlayerView((view) => stageOf(view.model));
  const broadcast = usePlayerView((view) => view.model.broadcast);
  const fault = usePlayerView((view) => view.model.fault);
  switch (stage) {
    case "error":
      return fault && <FaultStage fault={fault} playbackUrl={props.playbackUrl} />;
    case "offline":
      return <OfflineStage {...props} />;
    case "interrupted":
      return <InterruptedStage clock={props.clock} />;
    case "paused":
      return (
        <button type="button" className="stage-play" onClick={() => player.play()}>
          <Icon name="play" />
          <span className="visually-hidden">{i18n._({ id: "player.play", message: "Play" })}</span>
        </button>
      );
    case "starting":
    case "waiting":
      return <WaitingStage />;
    case "playing":
      return broadcast === "interrupted" ? <InterruptedPill clock={props.clock} /> : null;
  }
}

function WaitingStage() {
  const player = usePlayer();
  const wanted = usePlayerView((view) => view.wantsToPlay);
  if (!wanted) {
    return (
      <button type="button" className="stage-play" onClick={() => player.play()}>
        <Icon name="play" />
        <span className="visually-hidden">{i18n._({ id: "player.play", message: "Play" })}</span>
      </button>
    );
  }
  return (
    <div className="stage-wait" role="status">
      <span className="spinner" aria-hidden="true" />
      <span className="visually-hidden">{i18n._({ id: "stage.loading", message: "Loading" })}</span>
    </div>
  );
}

/** The text of a stage, announced when it appears. */
function Message({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="stage-message" role="status">
      <p className="stage-title">{title}</p>
      {children}
    </div>
  );
}

/** The channel's picture, or our own art until it has come, and where none is. */
function Backdrop({ url }: { url: string | null }) {
  const [shown, setShown] = useState<string | null>(null);
  const [saves] = useState(wantsReducedData);
  return (
    <>
      {(url === null || shown !== url) && <Ripples />}
      {url && !saves && (
        <img
          key={url}
          className="stage-picture"
          data-shown={shown === url || undefined}
          src={url}
          alt=""
          decoding="async"
          onLoad={() => setShown(url)}
          onError={() => setShown(null)}
        />
      )}
    </>
  );
}

function OfflineStage({ channelName, pictureUrl, status, next, clock }: StageProps) {
  const now = useNow(() => clock.now());
  const last = status.state === "offline" ? status.last_broadcast : null;
  return (
    <div className="stage-offline">
      <Backdrop url={pictureUrl} />
      <Message
        title={i18n._({ id: "stage.offline", message: "{name} is offline", values: { name: channelName } })}
      >
        {next && <NextLine startsAt={next.starts_at} now={now} />}
        {last && <p>{lastLiveWords(last.ended_at, now)}</p>}
        <p className="stage-quiet">
          {i18n._({ id: "stage.offline.hint", message: "This page starts by itself when the stream does." })}
        </p>
      </Message>
    </div>
  );
}

/** `Next: Fri, 27 Nov, 20:00, in 2 days 3 hr`. */
function NextLine({ startsAt, now }: { startsAt: string; now: number }) {
  const when = formatWhen(startsAt, now, i18n.locale);
  const left = formatLeft(startsAt, now, i18n.locale);
  return (
    <p className="tabular-nums">
      {left
        ? i18n._({ id: "stage.next-in", message: "Next: {when}, in {left}", values: { when, left } })
        : i18n._({ id: "stage.next", message: "Next: {when}", values: { when } })}
    </p>
  );
}

function useCountdown(clock: ServerClock): string | null {
  const waitsUntil = usePlayerView((view) => view.waitsUntilMs);
  const now = useNow(() => clock.now());
  if (waitsUntil === null || Number.isNaN(waitsUntil) || waitsUntil <= now) return null;
  return formatElapsed(waitsUntil - now, i18n.locale);
}

function InterruptedStage({ clock }: { clock: ServerClock }) {
  const left = useCountdown(clock);
  return (
    <div className="stage-scrim">
      <Message title={i18n._({ id: "stage.interrupted", message: "Stream interrupted" })}>
        <p>
          {i18n._({ id: "stage.interrupted.wait", message: "Waiting for it to come back" })}{" "}
          {left && (
            <span className="stage-timer" aria-hidden="true">
              {left}
            </span>
          )}
        </p>
      </Message>
    </div>
  );
}

function InterruptedPill({ clock }: { clock: ServerClock }) {
  const left = useCountdown(clock);
  return (
    <p className="stage-pill" role="status">
      {i18n._({ id: "stage.interrupted", message: "Stream interrupted" })}
      {left && (
        <span className="stage-timer" aria-hidden="true">
          {left}
        </span>
      )}
    </p>
  );
}

function FaultStage({ fault, playbackUrl }: { fault: Fault; playbackUrl: string }) {
  const player = usePlayer();
  const { title, detail } = faultWords(fault);
  return (
    <div className="stage-scrim" data-solid="">
      <Icon name="warning" />
      <Message title={title}>
        <p>{detail}</p>
      </Message>
      {canRetry(fault) ? (
        <button type="button" className="stage-action" onClick={() => player.retry()}>
          <Icon name="retry" />
          {i18n._({ id: "stage.retry", message: "Try again" })}
        </button>
      ) : (
        <a className="stage-action" href={playbackUrl}>
          <Icon name="external" />
          {i18n._({ id: "stage.open-elsewhere", message: "Open in a player app" })}
        </a>
      )}
    </div>
  );
}
