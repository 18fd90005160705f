/** What the chat says about itself. */
import { i18n } from "@lingui/core";
import type { Badge, Modes, Speech } from "@/api/chat";
import { formatLeft } from "@/lib/when";
import type { NoteRow } from "./model";
import type { Refusal } from "./room";

export function badgeName(badge: Badge): string {
  switch (badge) {
    case "owner":
      return i18n._({ id: "badge.owner", message: "Owner of the channel" });
    case "editor":
      return i18n._({ id: "badge.editor", message: "Editor of the channel" });
    case "moderator":
      return i18n._({ id: "badge.moderator", message: "Moderator" });
    case "admin":
      return i18n._({ id: "badge.admin", message: "Runs the site" });
    case "bot":
      return i18n._({ id: "badge.bot", message: "A program" });
    case "authenticated":
      return i18n._({ id: "badge.authenticated", message: "Has an account" });
    case "follower":
      return i18n._({ id: "badge.follower", message: "Follows the channel" });
  }
}

const LIST = { style: "long", type: "conjunction" } as const;
/** Names that one line has; of more, how many there are. */
const MAX_NAMES = 3;

function names(all: string[]): string {
  const shown = all.slice(0, MAX_NAMES);
  const more = all.length - shown.length;
  const others = i18n._({
    id: "note.others",
    message: "{more, plural, one {# other} other {# others}}",
    values: { more },
  });
  return new Intl.ListFormat(i18n.locale, LIST).format(more > 0 ? [...shown, others] : shown);
}

/** A line about what happened; `null` for one with HTML of its own, or nothing to tell. */
export function noteWords({ note }: NoteRow): string | null {
  switch (note.what) {
    case "presence": {
      const joined = i18n._({
        id: "note.joined",
        message: "{names} joined",
        values: { names: names(note.joined) },
      });
      const left = i18n._({ id: "note.left", message: "{names} left", values: { names: names(note.left) } });
      return [...(note.joined.length > 0 ? [joined] : []), ...(note.left.length > 0 ? [left] : [])].join(
        " · ",
      );
    }
    case "renamed":
      return i18n._({
        id: "note.renamed",
        message: "{old} is now {name}",
        values: { old: note.old, name: note.name },
      });
    case "cleared":
      return i18n._({
        id: "note.cleared",
        message: "{count, plural, one {A message of {name} was} other {# messages of {name} were}} removed",
        values: { count: note.count, name: note.name },
      });
    case "modes": {
      const chips = modeWords(note.modes).map(({ label }) => label);
      const list = new Intl.ListFormat(i18n.locale, LIST).format(chips);
      return chips.length > 0
        ? i18n._({ id: "note.modes", message: "The rules here changed: {list}", values: { list } })
        : i18n._({ id: "note.modes.none", message: "The rules here changed: everybody may write" });
    }
    case "warned":
      return i18n._({
        id: "note.warned",
        message: "A moderator warns you: {reason}",
        values: { reason: note.reason },
      });
    case "answered":
      return answerWords(note);
    case "missed":
      return i18n._({ id: "note.missed", message: "Some messages are missing here" });
    case "html":
      return null;
  }
}

interface Answer {
  appeal: boolean;
  granted: boolean;
  answer: string;
}

function answerWords({ appeal, granted, answer }: Answer): string {
  const verdict = appeal
    ? granted
      ? i18n._({ id: "note.appeal.granted", message: "Your appeal was granted." })
      : i18n._({ id: "note.appeal.refused", message: "Your appeal was refused." })
    : granted
      ? i18n._({ id: "note.report.granted", message: "Your report was found right." })
      : i18n._({ id: "note.report.refused", message: "Your report was looked at; nothing was done." });
  return answer ? `${verdict} ${answer}` : verdict;
}

export interface ModeChip {
  name: string;
  label: string;
}

/** What holds in the room, each in a few words. */
export function modeWords(modes: Modes): ModeChip[] {
  const chips: (ModeChip | false)[] = [
    modes.shield && { name: "shield", label: i18n._({ id: "mode.shield", message: "Shield is up" }) },
    modes.quiet && { name: "quiet", label: i18n._({ id: "mode.quiet", message: "Moderators only" }) },
    modes.slow_seconds > 0 && {
      name: "slow",
      label: i18n._({
        id: "mode.slow",
        message: "Slow mode, {seconds} s",
        values: { seconds: modes.slow_seconds },
      }),
    },
    modes.followers_only_minutes !== null && {
      name: "followers",
      label: i18n._({
        id: "mode.followers",
        message: "{minutes, plural, =0 {Followers only} other {Followers of # min only}}",
        values: { minutes: modes.followers_only_minutes },
      }),
    },
    modes.established_minutes > 0 && {
      name: "established",
      label: i18n._({ id: "mode.established", message: "Not for newcomers" }),
    },
    modes.signed_in_only && {
      name: "signed-in",
      label: i18n._({ id: "mode.signed-in", message: "With an account only" }),
    },
    modes.emote_only && { name: "emotes", label: i18n._({ id: "mode.emotes", message: "Emotes only" }) },
  ];
  return chips.filter((chip) => chip !== false);
}

/** Why somebody may not write now, and when they may. */
export function silenceWords({ reason, detail, until }: Speech, now: number): string {
  const left = until ? formatLeft(until, now, i18n.locale) : null;
  const again = left
    ? ` ${i18n._({ id: "silence.until", message: "You may write again in {left}.", values: { left } })}`
    : "";
  return reasonWords(reason, detail) + again;
}

/** Why there is no chat to show. */
export function closedWords({ code, detail }: { code: string; detail: string }): string {
  return reasonWords(code, detail);
}

function reasonWords(reason: string | null, detail: string | null): string {
  switch (reason) {
    case "chat_disabled":
      return i18n._({ id: "silence.disabled", message: "This channel has no chat." });
    case "room_closed":
      return i18n._({ id: "silence.closed", message: "The chat opens when the stream begins." });
    case "banned":
      return i18n._({ id: "silence.banned", message: "You are banned from this chat." });
    case "timed_out":
      return i18n._({ id: "silence.timed-out", message: "A moderator asked you to be silent for a while." });
    case "signed_in_only":
      return i18n._({ id: "silence.signed-in", message: "Sign in to write here." });
    case "followers_only":
      return i18n._({ id: "silence.followers", message: "Only those who follow the channel write here." });
    case "established_only":
      return i18n._({ id: "silence.established", message: "Newcomers read along for a while first." });
    case "quiet":
      return i18n._({ id: "silence.quiet", message: "Only moderators write here now." });
    case "emote_only":
      return i18n._({ id: "silence.emotes", message: "Only emotes are sent here now." });
    default:
      return detail && i18n.locale === "en"
        ? sentence(detail)
        : i18n._({ id: "silence.other", message: "You cannot write here now." });
  }
}

/** Why something was not taken. */
export function refusalWords({ code, detail, words }: Refusal): string {
  switch (code) {
    case "slow_mode":
    case "flood":
      return i18n._({ id: "refused.slow", message: "That was too soon after the last one." });
    case "term_refused":
      return words
        ? i18n._({ id: "refused.term", message: "“{words}” is not said here.", values: { words } })
        : i18n._({ id: "refused.terms", message: "A word in it is not said here." });
    case "link_refused":
      return i18n._({ id: "refused.link", message: "Links are not sent here." });
    case "too_many_capitals":
      return i18n._({ id: "refused.caps", message: "Write it with fewer capitals." });
    case "repetition":
      return i18n._({ id: "refused.repetition", message: "You said that just now." });
    case "too_long":
      return i18n._({ id: "refused.long", message: "It is too long." });
    case "too_many_emotes":
      return i18n._({ id: "refused.emotes", message: "Write it with fewer emotes." });
    case "name_taken":
      return i18n._({ id: "refused.name", message: "Somebody else has this name." });
    case "name_invalid":
      return i18n._({ id: "refused.name-invalid", message: "This name does not fit." });
    case "not_on_air":
      return i18n._({ id: "refused.not-on-air", message: "Nothing is on air." });
    case "unreachable":
      return unreachableWords();
    default:
      // The server says more, to those who read English.
      return i18n.locale === "en"
        ? sentence(detail)
        : i18n._({ id: "refused.other", message: "It was not taken. Try again." });
  }
}

export function unreachableWords(): string {
  return i18n._({ id: "chat.unreachable", message: "The server does not answer. Try again in a moment." });
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
