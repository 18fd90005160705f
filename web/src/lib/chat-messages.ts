/** The words of the chat; whoever draws it imports this first. */
import type { Messages } from "@lingui/core";
import { messages } from "@/locales/chat/en.po";
import { bring } from "./i18n";

bring(
  messages,
  import.meta.glob<Messages>(["/src/locales/chat/*.po", "!/src/locales/chat/en.po"], { import: "messages" }),
);
