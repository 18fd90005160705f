/** The page's language. English is the only catalogue so far, and is always there. */
import { i18n } from "@lingui/core";
import { messages } from "@/locales/en.po";

export function activateLanguage(): void {
  // What other scripts have brought stays.
  i18n.load("en", messages);
  i18n.activate("en");
}
