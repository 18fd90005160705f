/** The message catalogues: where they are, what is in them, and what is wrong with a translation. */
import { readFileSync, writeFileSync } from "node:fs";
import { compileMessage } from "@lingui/message-utils/compileMessage";

export const SOURCE = "en";
export const LANGUAGES = ["ar", "de", "es", "fr", "ja"];
/** The areas that are loaded apart, and their folders. */
export const AREAS = { main: "", embed: "embed/", chat: "chat/", pages: "pages/", reader: "reader/" };

const ENTRY = /^msgid "(.+)"\nmsgstr "(.*)"$/gm;

export function fileOf(area, language) {
  return new URL(`../src/locales/${AREAS[area]}${language}.po`, import.meta.url);
}

/** The messages of a catalogue by their ids. */
export function read(area, language) {
  const text = readFileSync(fileOf(area, language), "utf8");
  return new Map([...text.matchAll(ENTRY)].map(([, id, words]) => [id, unescaped(words)]));
}

/** Puts messages into a catalogue that has a place for them already; answers which it has none for. */
export function write(area, language, messages) {
  const file = fileOf(area, language);
  const unknown = new Set(messages.keys());
  const text = readFileSync(file, "utf8").replace(ENTRY, (entry, id) => {
    const words = messages.get(id);
    unknown.delete(id);
    return words === undefined ? entry : `msgid "${id}"\nmsgstr "${escaped(words)}"`;
  });
  writeFileSync(file, text);
  return [...unknown];
}

const escaped = (text) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
const unescaped = (text) => text.replace(/\\(.)/g, (_, character) => (character === "n" ? "\n" : character));

/** What keeps a translation from being right: `null` where nothing does. */
export function complaint(source, words, language) {
  if (!words) return "is missing";
  const [asked, given] = [values(source), values(words)];
  for (const name of given.names) if (!asked.names.has(name)) return `has {${name}}, which nobody fills in`;
  for (const name of asked.names) if (!given.names.has(name)) return `lacks {${name}}`;
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  for (const forms of given.plurals) {
    const lacking = categories.filter((category) => !(category in forms));
    if (lacking.length > 0) return `lacks the plural forms ${lacking.join(", ")}`;
  }
  return null;
}

function values(message) {
  const found = { names: new Set(), plurals: [] };
  const visit = (tokens) => {
    for (const token of Array.isArray(tokens) ? tokens : []) {
      if (!Array.isArray(token)) continue;
      const [name, kind, forms] = token;
      found.names.add(name);
      if (kind === "plural") found.plurals.push(forms);
      if (forms && typeof forms === "object") Object.values(forms).forEach(visit);
    }
  };
  visit(compileMessage(message));
  return found;
}
