/** What kind of place a link leads to, by its host: pages show a glyph for it, nobody's trademark. */
import type { Glyph } from "@/ui/icons";

const KINDS = {
  code: { d: "m8.5 7.5-5 4.5 5 4.5M15.5 7.5l5 4.5-5 4.5" },
  video: { d: "M3.5 6.5h17v11h-17zM10 9.5v5l4.5-2.5Z" },
  talk: { d: "M4.5 5.5h15v11h-8l-4.5 3.5v-3.5h-2.5z" },
  picture: { d: "M4.5 7.5h3l1.5-2h6l1.5 2h3v11h-15zM12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z" },
  gift: { d: "M12 19.5S4 15 4 9.5A4.2 4.2 0 0 1 12 7.6a4.2 4.2 0 0 1 8 1.9c0 5.5-8 10-8 10Z" },
  music: {
    d: "M9 17.5V6l10-2v11.5M9 17.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0ZM19 15.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z",
  },
} satisfies Record<string, Glyph>;

const HOSTS: [RegExp, keyof typeof KINDS][] = [
  [/(^|\.)(github\.com|gitlab\.\w+|codeberg\.org|sr\.ht|stackoverflow\.com|keyoxide\.org)$/, "code"],
  [
    /(^|\.)(youtube\.com|youtu\.be|twitch\.tv|vimeo\.com|tiktok\.com|odysee\.com|owncast\.online)$|peertube/,
    "video",
  ],
  [
    /(^|\.)(discord\.(gg|com)|matrix\.(org|to)|t\.me|telegram\.org|bsky\.app|x\.com|twitter\.com|reddit\.com|threads\.net)$|mastodon|pleroma|misskey|lemmy|xmpp/,
    "talk",
  ],
  [/(^|\.)(instagram\.com|flickr\.com|snapchat\.com)$|pixelfed/, "picture"],
  [
    /(^|\.)(patreon\.com|ko-fi\.com|liberapay\.com|paypal\.(com|me)|opencollective\.com|buymeacoffee\.com|donate\.stream)$/,
    "gift",
  ],
  [/(^|\.)(spotify\.com|soundcloud\.com|bandcamp\.com|music\.apple\.com)$|funkwhale/, "music"],
];

/** The glyph of a link's place; `null` for a place like any other. */
export function placeGlyph(url: string): Glyph | null {
  const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : "";
  const kind = HOSTS.find(([pattern]) => pattern.test(host))?.[1];
  return kind ? KINDS[kind] : null;
}
