/** The words of every page with a header, and of its player. */
import type { Messages } from "@lingui/core";
import { messages } from "@/locales/en.po";
import { bring } from "./i18n";

bring(
  messages,
  import.meta.glob<Messages>(["/src/locales/*.po", "!/src/locales/en.po"], { import: "messages" }),
);
