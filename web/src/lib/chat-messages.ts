/** The words of the chat; whoever draws it imports this first. */
import { i18n } from "@lingui/core";
import { messages } from "@/locales/chat/en.po";

i18n.load("en", messages);
