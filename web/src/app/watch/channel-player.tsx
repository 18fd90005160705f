import type { Channel } from "@/api/types";
import { PlayerSurface } from "@/features/player";
import { useServices } from "../services";

interface ChannelPlayerProps {
  channel: Channel;
  theatre?: boolean;
  onTheatre?(on: boolean): void;
  /** Begins without sound, as where somebody streams. */
  quiet?: boolean;
}

/** The player of a channel, wherever a page has one. */
export function ChannelPlayer({ channel, theatre = false, onTheatre, quiet }: ChannelPlayerProps) {
  const { clock } = useServices();
  return (
    <PlayerSurface
      slug={channel.slug}
      channelName={channel.name}
      title={channel.title}
      pictureUrl={channel.picture_url}
      playbackUrl={channel.playback_url}
      status={channel.status}
      next={channel.next_stream}
      clock={clock}
      theatre={theatre}
      onTheatre={onTheatre ?? (() => undefined)}
      quiet={quiet}
    />
  );
}
