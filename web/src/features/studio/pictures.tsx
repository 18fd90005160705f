import { i18n } from "@lingui/core";
import type { ChannelDocument } from "@/api/schema";
import { Avatar } from "@/ui/avatar";
import { Loaded } from "@/ui/forms/loaded";
import { PictureField } from "@/ui/forms/picture-field";
import { Section } from "@/ui/forms/section";
import { useRefresh, useWatched } from "./queries";

/** What a channel looks like: beside its name, above its page, and while it is offline. */
export function Pictures({ channel }: { channel: string }) {
  const watched = useWatched(channel);
  return (
    <Section title={i18n._({ id: "pictures.title", message: "Pictures" })}>
      <Loaded query={watched} lines={8}>
        {(known) => <Fields channel={channel} known={known} />}
      </Loaded>
    </Section>
  );
}

function Fields({ channel, known }: { channel: string; known: ChannelDocument }) {
  const refresh = useRefresh();
  const changed = () => refresh("watched", channel);
  const base = `/api/v1/channels/${encodeURIComponent(channel)}`;
  return (
    <div className="flex flex-col gap-7">
      <PictureField
        label={i18n._({ id: "pictures.avatar", message: "Avatar" })}
        hint={i18n._({ id: "pictures.avatar.hint", message: "Square. PNG, JPEG or WebP of at most 10 MiB." })}
        url={`${base}/avatar.jpg`}
        has={known.avatar_url !== null}
        preview={<Avatar name={known.name} seed={channel} picture={known.avatar_url} />}
        onChanged={changed}
      />
      <PictureField
        label={i18n._({ id: "pictures.banner", message: "Banner" })}
        hint={i18n._({
          id: "pictures.banner.hint",
          message: "Wide: three times as wide as it is high, or more.",
        })}
        url={`${base}/banner.jpg`}
        has={known.banner_url !== null}
        preview={<Wide url={known.banner_url} ratio="4 / 1" />}
        onChanged={changed}
      />
      <PictureField
        label={i18n._({ id: "pictures.offline", message: "Picture while you are offline" })}
        hint={i18n._({ id: "pictures.offline.hint", message: "It stands where the video is: 16 to 9." })}
        url={`${base}/picture.jpg`}
        has={known.picture_url !== null}
        preview={<Wide url={known.picture_url} ratio="16 / 9" />}
        onChanged={changed}
      />
    </div>
  );
}

function Wide({ url, ratio }: { url: string | null; ratio: string }) {
  if (!url) return null;
  return (
    <img
      src={url}
      alt=""
      className="w-full max-w-sm rounded-card bg-s2 object-cover"
      style={{ aspectRatio: ratio }}
    />
  );
}
