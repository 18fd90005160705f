/** The words of the pages that are loaded later; whoever draws one of them imports this first. */
import { i18n } from "@lingui/core";
import { messages } from "@/locales/pages/en.po";

i18n.load("en", messages);
