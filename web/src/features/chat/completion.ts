/** What may be meant by the word that is being typed: an emote, somebody's name, a command. */

/** How many are offered at once. */
const MAX_OFFERED = 8;
/** Longest word that is looked up. */
const MAX_WORD = 40;

export interface Emote {
  name: string;
  /** Its picture, for those of the site. */
  url?: string;
  /** The character itself, for those of Unicode. */
  text?: string;
}

export interface Command {
  name: string;
  hint: string;
  about: string;
}

export type Offer =
  | { kind: "emote"; label: string; insert: string; emote: Emote }
  | { kind: "person"; label: string; insert: string }
  | { kind: "command"; label: string; insert: string; command: Command };

export interface Word {
  kind: Offer["kind"];
  /** Where its sign stands in the text. */
  from: number;
  query: string;
}

/** The word before the caret, if it begins with one of the signs. */
export function wordAt(text: string, caret: number): Word | null {
  const before = text.slice(0, caret);
  const from = Math.max(before.lastIndexOf(" "), before.lastIndexOf("\n")) + 1;
  const word = before.slice(from);
  const query = word.slice(1).toLowerCase();
  if (word.length > MAX_WORD) return null;
  if (word.startsWith("@")) return { kind: "person", from, query };
  if (word.startsWith("/") && from === 0) return { kind: "command", from, query };
  // Two letters at least: a colon alone begins many faces.
  if (/^:[\p{L}\p{N}_+-]{2,}$/u.test(word)) return { kind: "emote", from, query };
  return null;
}

export interface Known {
  emotes: Emote[];
  /** Those who spoke last come first. */
  people: string[];
  commands: Command[];
}

export function offersFor({ kind, query }: Word, known: Known): Offer[] {
  switch (kind) {
    case "emote":
      return best(known.emotes, query, ({ name }) => name).map((emote) => ({
        kind,
        label: `:${emote.name}:`,
        insert: emote.text ?? `:${emote.name}:`,
        emote,
      }));
    case "person":
      return best(known.people, query, (name) => name).map((name) => ({
        kind,
        label: `@${name}`,
        insert: `@${name}`,
      }));
    case "command":
      return best(known.commands, query, ({ name }) => name).map((command) => ({
        kind,
        label: `/${command.name}`,
        insert: `/${command.name}`,
        command,
      }));
  }
}

/** Those that begin so before those that have it further in; each kind in its own order. */
function best<T>(all: T[], query: string, nameOf: (it: T) => string): T[] {
  const places = all.map((it) => [it, nameOf(it).toLowerCase().indexOf(query)] as const);
  const begin = places.filter(([, place]) => place === 0);
  const within = places.filter(([, place]) => place > 0);
  return [...begin, ...within].slice(0, MAX_OFFERED).map(([it]) => it);
}

/** The text with an offer in the place of the word, and where the caret is then. */
export function completed(text: string, caret: number, { from }: Word, { insert }: Offer) {
  const rest = text.slice(caret);
  const space = rest.startsWith(" ") ? "" : " ";
  return { text: text.slice(0, from) + insert + space + rest, caret: from + insert.length + 1 };
}
