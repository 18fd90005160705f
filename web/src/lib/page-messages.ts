/** The words of the pages that are loaded later; whoever draws one of them imports this first. */
import type { Messages } from "@lingui/core";
import { messages } from "@/locales/pages/en.po";
import { bring } from "./i18n";

bring(
  messages,
  import.meta.glob<Messages>(["/src/locales/pages/*.po", "!/src/locales/pages/en.po"], {
    import: "messages",
  }),
);
