/** The embedded player: the same engine and the same states as the page, drawn without React. */
import "@/lib/embed-messages";
import { readBoot } from "@/api/boot";
import { fetchChannel, PRIMARY } from "@/api/client";
import { followChannel } from "@/api/live-status";
import type { Channel } from "@/api/types";
import { reportLater } from "@/features/player/later-reports";
import { Player } from "@/features/player/player";
import { ServerClock } from "@/lib/clock";
import { activateLanguage } from "@/lib/i18n";
import { EmbedChrome } from "./chrome";
import { serveParent } from "./parent";
import "./layer.css";

/** `/embed/video` is the primary channel's, `/@name/embed` anybody's. */
function slugOf(path: string): string {
  const name = /^\/@([^/]+)\/embed\/?$/.exec(path)?.[1];
  return name ? decodeURIComponent(name) : PRIMARY;
}

async function start(root: HTMLElement): Promise<void> {
  const slug = slugOf(location.pathname);
  const query = new URLSearchParams(location.search);
  const clock = new ServerClock();
  let channel: Channel = readBoot()?.channel ?? (await fetchChannel(slug));

  const player = new Player({
    src: channel.playback_url,
    clock,
    autoplay: query.get("autoplay") !== "false",
  });
  const chrome = new EmbedChrome(player, clock);
  root.replaceWith(chrome.element);
  chrome.update(channel);
  player.mount(chrome.element, chrome.video);
  if (query.has("muted") && query.get("muted") !== "false") chrome.video.muted = true;
  player.setStatus(channel.status);
  serveParent(player);
  reportLater(channel.slug, player);

  followChannel({
    slug,
    clock,
    onUpdate(update) {
      const next = update(channel);
      if (next === channel) return;
      channel = next;
      chrome.update(channel);
      player.setStatus(channel.status);
    },
  });
}

const words = activateLanguage();
const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
words
  .then(() => start(root))
  .catch(() => {
    // The page around the embed is somebody else's: reloading ourselves later is all that is left.
    setTimeout(() => location.reload(), 10_000);
  });
