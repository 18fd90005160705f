/** The words of the player alone: few of them, for it stands on other people's pages. */
import type { Messages } from "@lingui/core";
import { messages } from "@/locales/embed/en.po";
import { bring } from "./i18n";

bring(
  messages,
  import.meta.glob<Messages>(["/src/locales/embed/*.po", "!/src/locales/embed/en.po"], {
    import: "messages",
  }),
);
