/**
 * The page's language and its words. English is always there; another language's words are loaded
 * beside the scripts that need them, so that nobody waits for what they do not read.
 */
import { i18n, type Messages } from "@lingui/core";

/** As in catalogues' names. What they are called stands apart (`languages.ts`): the embed asks nobody. */
export const TAGS = ["ar", "de", "en", "es", "fr", "ja"] as const;
export type Language = (typeof TAGS)[number];

/** The catalogues of an area by their paths, as `import.meta.glob` gives them. */
type Catalogues = Record<string, () => Promise<Messages>>;

const awaited = new Set<Promise<void>>();

/** What the server decided, by the reader's choice or their browser's. */
export function pageLanguage(): Language {
  const [tag = ""] = document.documentElement.lang.split("-");
  return TAGS.find((known) => known === tag) ?? "en";
}

/** Adds the words of an area: in English at once, in the page's language once they have come. */
export function bring(english: Messages, others: Catalogues): void {
  const language = pageLanguage();
  // What other scripts have brought stays.
  i18n.load(language, english);
  const load = Object.entries(others).find(([path]) => path.endsWith(`/${language}.po`))?.[1];
  if (!load) return;
  const arriving = load()
    .then((words) => i18n.load(language, words))
    // English words are better than none.
    .catch(() => undefined)
    .finally(() => awaited.delete(arriving));
  awaited.add(arriving);
}

/** Resolves when every word that was brought so far has come. */
export async function wordsArrived(): Promise<void> {
  await Promise.all(awaited);
}

/** Begins to speak the page's language, once the words are there that were brought so far. */
export function activateLanguage(): Promise<void> {
  i18n.activate(pageLanguage());
  return wordsArrived();
}
