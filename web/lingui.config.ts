import type { LinguiConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

/** What only signed-in people and those who sign in or look around see: the watch page loads no word of it. */
const LATER = [
  "account",
  "admin",
  "discovery",
  "insights",
  "schedule",
  "settings",
  "setup",
  "studio",
].flatMap((name) => [`<rootDir>/src/app/${name}`, `<rootDir>/src/features/${name}`]);
LATER.push("<rootDir>/src/ui/forms");

/** The chat comes after the picture, and stands alone in windows and frames. */
const CHAT = ["<rootDir>/src/app/chat", "<rootDir>/src/features/chat"];

/** The player on other people's pages says some of what the application says, and nothing else. */
const EMBED = ["<rootDir>/src/app/embed", "<rootDir>/src/features/player/words.ts"];

/** What the server says to readers without JavaScript: no script loads it. */
const READER = "<rootDir>/src/app/reader";

const config: LinguiConfig = {
  sourceLocale: "en",
  locales: ["en", "ar", "de", "es", "fr", "ja"],
  // What is not translated yet is better in English than as the name of a message.
  fallbackLocales: { default: "en" },
  catalogs: [
    {
      path: "<rootDir>/src/locales/{locale}",
      include: ["<rootDir>/src"],
      exclude: [...LATER, ...CHAT, READER, "<rootDir>/src/app/embed"].map((folder) => `${folder}/**`),
    },
    { path: "<rootDir>/src/locales/embed/{locale}", include: EMBED },
    { path: "<rootDir>/src/locales/pages/{locale}", include: LATER },
    { path: "<rootDir>/src/locales/chat/{locale}", include: CHAT },
    { path: "<rootDir>/src/locales/reader/{locale}", include: [READER] },
  ],
  // Two messages with the same text come in either order otherwise.
  orderBy: "messageId",
  // Origins and line numbers would change the catalogue whenever code moves.
  format: formatter({ origins: false, lineNumbers: false, explicitIdAsDefault: true }),
};

export default config;
