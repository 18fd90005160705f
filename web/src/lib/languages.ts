/** What the languages are called, and how somebody chooses one. */
import { writeChoice } from "./choices";
import { type Language, TAGS } from "./i18n";

/** Every language by the name that those who read it give it. */
export const NAMES: Record<Language, string> = {
  ar: "العربية",
  de: "Deutsch",
  en: "English",
  es: "Español",
  fr: "Français",
  ja: "日本語",
};

/** The server reads it too. */
const COOKIE = "rivulet_language";

/** Makes the language the reader's choice on this device; it holds from the next page on. */
export function chooseLanguage(tag: string): void {
  if (TAGS.some((known) => known === tag)) writeChoice(COOKIE, tag);
}
