/** What a slash at the beginning of a line asks for. What is none of these, the server decides on. */
import { i18n } from "@lingui/core";
import type { Chatter } from "@/api/chat";
import type { Command } from "./completion";
import type { Moderation } from "./moderation";
import type { ChatRoom } from "./room";

const MAX_SECONDS = 14 * 86_400;
const UNITS: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

export function commandsFor(moderates: boolean): Command[] {
  const all: Command[] = [
    {
      name: "me",
      hint: i18n._({ id: "command.me.hint", message: "what you do" }),
      about: i18n._({ id: "command.me", message: "Say it as a deed: /me waves" }),
    },
    {
      name: "name",
      hint: i18n._({ id: "command.name.hint", message: "new name" }),
      about: i18n._({ id: "command.name", message: "Be called something else here" }),
    },
    {
      name: "colour",
      hint: "0–359",
      about: i18n._({ id: "command.colour", message: "Give your name another colour" }),
    },
  ];
  if (!moderates) return all;
  const who = i18n._({ id: "command.who", message: "@name reason" });
  return [
    ...all,
    {
      name: "timeout",
      hint: i18n._({ id: "command.timeout.hint", message: "@name 10m reason" }),
      about: i18n._({ id: "command.timeout", message: "Silence somebody for a while" }),
    },
    { name: "ban", hint: who, about: i18n._({ id: "command.ban", message: "Ban somebody" }) },
    { name: "warn", hint: who, about: i18n._({ id: "command.warn", message: "Warn somebody" }) },
    {
      name: "clear",
      hint: "@name",
      about: i18n._({ id: "command.clear", message: "Remove somebody's messages" }),
    },
    {
      name: "slow",
      hint: i18n._({ id: "command.slow.hint", message: "seconds, or 0" }),
      about: i18n._({ id: "command.slow", message: "A pause between two messages of one person" }),
    },
    {
      name: "marker",
      hint: i18n._({ id: "command.marker.hint", message: "what happens" }),
      about: i18n._({ id: "command.marker", message: "Mark this moment of the stream" }),
    },
    {
      name: "announce",
      hint: i18n._({ id: "command.announce.hint", message: "text" }),
      about: i18n._({ id: "command.announce", message: "Say it so that everybody notices" }),
    },
  ];
}

interface Scene {
  room: ChatRoom;
  moderation: Moderation;
  moderates: boolean;
}

/** Carries a command out; `null` for a text that is to be said, else what to complain of, or "". */
export function perform(text: string, { room, moderation, moderates }: Scene): string | null {
  const [, name = "", rest = ""] = /^\/(\w+)\s*([\s\S]*)$/.exec(text) ?? [];
  const argument = rest.trim();
  if (name === "name" && argument) {
    room.ask({ type: "rename", name: argument });
    return "";
  }
  if (name === "colour" && /^\d{1,3}$/.test(argument)) {
    room.ask({ type: "colour", hue: Number(argument) % 360 });
    return "";
  }
  if (!moderates) return null;
  if (name === "slow" && /^\d{1,4}$/.test(argument)) {
    const words = i18n._({ id: "deed.slow", message: "Slow mode changed" });
    void moderation.rule({ slow_seconds: Number(argument) }, words);
    return "";
  }
  if (name === "marker") {
    void moderation.mark(argument);
    return "";
  }
  if (name === "timeout" || name === "ban" || name === "warn" || name === "clear")
    return against(name, argument, room, moderation);
  return null;
}

type Against = "timeout" | "ban" | "warn" | "clear";

function against(action: Against, argument: string, room: ChatRoom, moderation: Moderation): string {
  const found = personIn(argument, knownPeople(room));
  if (!found) return i18n._({ id: "command.nobody", message: "Nobody here has this name." });
  const { person, rest } = found;
  const words = deedWords(action, person.name);
  if (action !== "timeout") {
    void moderation.act({ action, chatter: person.id }, words, rest);
    return "";
  }
  const { seconds, rest: reason } = durationIn(rest);
  void moderation.act({ action, chatter: person.id, seconds }, words, reason);
  return "";
}

export function deedWords(action: Against, name: string): string {
  const values = { name };
  switch (action) {
    case "timeout":
      return i18n._({ id: "deed.timeout", message: "{name} is silenced", values });
    case "ban":
      return i18n._({ id: "deed.ban", message: "{name} is banned", values });
    case "warn":
      return i18n._({ id: "deed.warn", message: "{name} is warned", values });
    case "clear":
      return i18n._({ id: "deed.clear", message: "Messages of {name} removed", values });
  }
}

function knownPeople(room: ChatRoom): Chatter[] {
  const { speakers, present } = room.store.getState();
  const known = new Map([...speakers, ...present.some].map((person) => [person.id, person]));
  return [...known.values()];
}

/** Names have spaces: the longest one that the text begins with is meant. */
export function personIn(text: string, people: Chatter[]): { person: Chatter; rest: string } | null {
  const plain = text.replace(/^@/, "");
  const fitting = people
    .filter(({ name }) => `${plain} `.toLowerCase().startsWith(`${name.toLowerCase()} `))
    .sort((a, b) => b.name.length - a.name.length);
  const [person] = fitting;
  return person ? { person, rest: plain.slice(person.name.length).trim() } : null;
}

/** `10m reason`; ten minutes where nothing is said. */
export function durationIn(text: string): { seconds: number; rest: string } {
  const [whole = "", count, unit = "m"] = /^(\d{1,5})([smhd])?(?=\s|$)/.exec(text) ?? [];
  const seconds = count ? Number(count) * (UNITS[unit] ?? 60) : 600;
  return { seconds: Math.min(MAX_SECONDS, Math.max(1, seconds)), rest: text.slice(whole.length).trim() };
}
