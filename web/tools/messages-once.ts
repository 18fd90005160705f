/**
 * Leaves the English text out of built code: the catalogue, which the page loads
 * anyway, has every message. `npm run messages` holds code and catalogue together.
 */
import type { Plugin } from "vite";

const DESCRIPTION = /(\bid: "[^"]+"),\s*message: "(?:[^"\\]|\\.)*"/g;

export function messagesOnce(): Plugin {
  return {
    name: "rivulet:messages-once",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      if (!/\/src\/.*\.tsx?$/.test(id) || id.includes("/node_modules/") || !code.includes("i18n._("))
        return null;
      return { code: code.replace(DESCRIPTION, "$1"), map: null };
    },
  };
}
