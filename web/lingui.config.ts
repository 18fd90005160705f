import type { LinguiConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

/** What only signed-in people and those who sign in or look around see: the watch page loads no word of it. */
const LATER = ["account", "admin", "discovery", "schedule", "settings", "setup", "studio"].flatMap((name) => [
  `<rootDir>/src/app/${name}`,
  `<rootDir>/src/features/${name}`,
]);
LATER.push("<rootDir>/src/ui/forms");

/** The chat comes after the picture, and stands alone in windows and frames. */
const CHAT = ["<rootDir>/src/app/chat", "<rootDir>/src/features/chat"];

const config: LinguiConfig = {
  sourceLocale: "en",
  locales: ["en"],
  catalogs: [
    {
      path: "<rootDir>/src/locales/{locale}",
      include: ["<rootDir>/src"],
      exclude: [...LATER, ...CHAT].map((folder) => `${folder}/**`),
    },
    { path: "<rootDir>/src/locales/pages/{locale}", include: LATER },
    { path: "<rootDir>/src/locales/chat/{locale}", include: CHAT },
  ],
  // Two messages with the same text come in either order otherwise.
  orderBy: "messageId",
  // Origins and line numbers would change the catalogue whenever code moves.
  format: formatter({ origins: false, lineNumbers: false, explicitIdAsDefault: true }),
};

export default config;
