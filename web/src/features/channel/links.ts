/** The addresses a channel is known by. */
import type { Channel } from "@/api/types";

type Addressed = Pick<Channel, "slug" | "is_primary">;

export function watchUrl({ slug, is_primary }: Addressed, origin: string): string {
  return new URL(is_primary ? "/" : `/@${encodeURIComponent(slug)}`, origin).href;
}

function embedUrl({ slug, is_primary }: Addressed, origin: string): string {
  return new URL(is_primary ? "/embed/video" : `/@${encodeURIComponent(slug)}/embed`, origin).href;
}

export function embedCode(channel: Addressed & Pick<Channel, "name">, origin: string): string {
  const title = channel.name.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const url = embedUrl(channel, origin);
  return `<iframe src="${url}" title="${title}" width="960" height="540" allow="autoplay; fullscreen; picture-in-picture" style="border:0"></iframe>`;
}
