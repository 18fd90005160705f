import { i18n } from "@lingui/core";
import { Suspense, useCallback, useEffect, useRef, useState } from "react";
import { thumbnailUrl } from "@/api/pictures";
import type { Status } from "@/api/types";
import type { ServerClock } from "@/lib/clock";
import { wantsReducedData } from "@/lib/reduced-data";
import { reportLater } from "../later-reports";
import { stageOf } from "../model";
import { Player } from "../player";
import { announceMedia } from "../presence";
import { ControlBar } from "./control-bar";
import { AudioStage, fetchLater, HelpSheet, SettingsSheet, StatsOverlay } from "./later";
import { toggleFullscreen, togglePictureInPicture } from "./screen";
import { Stage } from "./stage";
import { Toasts } from "./toasts";
import { useGestures } from "./use-gestures";
import { useIdle } from "./use-idle";
import { PlayerContext, usePlayerView } from "./use-player";
import { useShortcuts } from "./use-shortcuts";
import { useSingleKeys } from "./use-single-keys";

export interface PlayerSurfaceProps {
  slug: string;
  channelName: string;
  title: string;
  pictureUrl: string | null;
  playbackUrl: string;
  status: Status;
  next?: { starts_at: string } | null;
  clock: ServerClock;
  theatre: boolean;
  onTheatre(on: boolean): void;
  /** Begins without sound, as where somebody streams. */
  quiet?: boolean;
}

/** The player of the watch page: picture, controls, and what is said over them. */
export function PlayerSurface(props: PlayerSurfaceProps) {
  const { playbackUrl, clock, quiet } = props;
  const make = () => new Player({ src: playbackUrl, clock, quiet, remembersQuality: true });
  const [player, setPlayer] = useState(make);
  const [source, setSource] = useState(playbackUrl);
  if (source !== playbackUrl) {
    setSource(playbackUrl);
    setPlayer(make());
  }
  return (
    <PlayerContext value={player}>
      <Surface key={playbackUrl} player={player} {...props} />
    </PlayerContext>
  );
}

type Open = "nothing" | "settings" | "help";

function Surface({ player, ...props }: PlayerSurfaceProps & { player: Player }) {
  const root = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const settingsButton = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState<Open>("nothing");
  const [statsOpen, setStatsOpen] = useState(false);
  const [singleKeys, setSingleKeys] = useSingleKeys();
  const fullscreen = useFullscreen();
  const stage = usePlayerView((view) => stageOf(view.model));
  const idle = useIdle(root) && stage === "playing" && open === "nothing";
  const audioOnly = usePlayerView((view) => view.selected === "audio") && stage !== "offline";
  const { slug, theatre, onTheatre, channelName, title, status } = props;

  useEffect(() => {
    if (root.current && video.current) return player.mount(root.current, video.current);
  }, [player]);
  useEffect(() => player.setStatus(status), [player, status]);
  useEffect(() => reportLater(slug, player), [slug, player]);
  const poster = usePoster(slug, status, stage === "playing");
  const hasPlayed = stage === "playing";
  useEffect(() => {
    if (hasPlayed) fetchLater();
  }, [hasPlayed]);
  useEffect(
    () =>
      announceMedia(
        { title: title || channelName, artist: channelName, artwork: "/favicon.svg" },
        { play: () => player.play(), pause: () => player.pause() },
      ),
    [player, title, channelName],
  );

  const close = useCallback(() => {
    setOpen("nothing");
    settingsButton.current?.focus();
  }, []);
  const actions = {
    togglePlay: () => player.togglePlay(),
    toggleSettings: () => setOpen((now) => (now === "settings" ? "nothing" : "settings")),
    togglePictureInPicture: () => void togglePictureInPicture(video.current),
    toggleTheatre: () => onTheatre(!theatre),
    toggleFullscreen: () => void toggleFullscreen(root.current, video.current),
  };
  useShortcuts(root, singleKeys, {
    "toggle-play": actions.togglePlay,
    "toggle-mute": () => player.setMuted(!player.store.getState().muted),
    "toggle-fullscreen": actions.toggleFullscreen,
    "toggle-theatre": actions.toggleTheatre,
    "go-live": () => player.goLive(),
    "toggle-pip": actions.togglePictureInPicture,
    "toggle-stats": () => setStatsOpen((now) => !now),
    "volume-up": () => player.stepVolume(1),
    "volume-down": () => player.stepVolume(-1),
    help: () => setOpen("help"),
  });
  const gestures = useGestures(actions);

  return (
    <section
      ref={root}
      className="player"
      data-part="player"
      data-idle={idle || undefined}
      data-fullscreen={fullscreen || undefined}
      aria-label={i18n._({ id: "player.label", message: "Player" })}
    >
      <video
        ref={video}
        playsInline
        poster={poster}
        {...gestures}
        tabIndex={-1}
        aria-label={title || channelName}
      />
      <Suspense>{audioOnly && <AudioStage channelName={channelName} />}</Suspense>
      <Stage {...props} />
      <Toasts />
      <Suspense>{statsOpen && <StatsOverlay onClose={() => setStatsOpen(false)} />}</Suspense>
      {stage !== "offline" && stage !== "error" && (
        <ControlBar
          actions={actions}
          theatre={theatre}
          fullscreen={fullscreen}
          settingsOpen={open === "settings"}
          settingsButton={settingsButton}
        />
      )}
      <Suspense>
        {open === "settings" && (
          <SettingsSheet
            onClose={close}
            singleKeys={singleKeys}
            onSingleKeys={setSingleKeys}
            statsOpen={statsOpen}
            onStats={setStatsOpen}
            onHelp={() => setOpen("help")}
            onPictureInPicture={() => {
              close();
              actions.togglePictureInPicture();
            }}
          />
        )}
        {open === "help" && <HelpSheet onClose={close} />}
      </Suspense>
    </section>
  );
}

/** What is on now, until the first frame is there. A player that begins anew keeps its last one instead. */
function usePoster(slug: string, status: Status, playing: boolean): string | undefined {
  const broadcast = status.state === "live" ? status.broadcast_id : null;
  const [seen, setSeen] = useState<string | null>(null);
  const [saves] = useState(wantsReducedData);
  // It stands for a moment, and what it weighs the first frame waits for.
  const [narrow] = useState(() => matchMedia("(width < 600px)").matches);
  if (playing && broadcast !== seen) setSeen(broadcast);
  return broadcast === null || broadcast === seen || saves
    ? undefined
    : thumbnailUrl(slug, narrow ? "small" : "usual");
}

function useFullscreen(): boolean {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const update = () => setOn(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", update);
    return () => document.removeEventListener("fullscreenchange", update);
  }, []);
  return on;
}
