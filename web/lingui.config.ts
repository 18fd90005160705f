import type { LinguiConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

const config: LinguiConfig = {
  sourceLocale: "en",
  locales: ["en"],
  catalogs: [{ path: "<rootDir>/src/locales/{locale}", include: ["<rootDir>/src"] }],
  // Two messages with the same text come in either order otherwise.
  orderBy: "messageId",
  // Origins and line numbers would change the catalogue whenever code moves.
  format: formatter({ origins: false, lineNumbers: false, explicitIdAsDefault: true }),
};

export default config;
