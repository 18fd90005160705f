/** What goes wrong, in the words of the page: the server's codes are stable, its sentences are English. */
import { i18n } from "@lingui/core";
import { ProblemError } from "@/api/client";
import type { Problem } from "@/api/types";
import { generalWords } from "./general-words";

/** Problems that mean the same wherever they come up; for the rest the server's own sentence stands. */
function wordsOf({ code }: Problem): string | null {
  switch (code) {
    case "wrong_credentials":
      return i18n._({ id: "problem.wrong-credentials", message: "The name or the password is wrong." });
    case "code_wrong":
      return i18n._({
        id: "problem.code-wrong",
        message: "This code is wrong or was used already. Wait for the next one, or use a recovery code.",
      });
    case "code_invalid":
      return i18n._({
        id: "problem.code-invalid",
        message: "This link is not valid any more. Ask for a new one.",
      });
    case "account_pending":
      return i18n._({
        id: "problem.account-pending",
        message: "This account still waits for somebody who runs the site to approve it.",
      });
    case "registration_closed":
      return i18n._({ id: "problem.registration-closed", message: "New accounts are not made here." });
    case "invitation_needed":
      return i18n._({ id: "problem.invitation-needed", message: "An account here takes an invitation." });
    case "invitation_invalid":
      return i18n._({
        id: "problem.invitation-invalid",
        message: "This invitation is not valid, or was used up. Ask for a new one.",
      });
    case "name_taken":
      return i18n._({
        id: "problem.name-taken",
        message: "Somebody has this name, or one that looks like it. Choose another.",
      });
    case "mail_taken":
      return i18n._({ id: "problem.mail-taken", message: "Another account has this address." });
    case "sign_in_needed":
    case "token_invalid":
      return i18n._({
        id: "problem.sign-in-needed",
        message: "You are not signed in any more. Sign in again.",
      });
    case "role_needed":
      return i18n._({ id: "problem.role-needed", message: "You may not do this here." });
    case "wrong_origin":
      return i18n._({
        id: "problem.wrong-origin",
        message: "The server does not take this page for its own. Open the site at its usual address.",
      });
    case "too_many":
    case "not_yet":
      return i18n._({
        id: "problem.too-many",
        message: "The server has much to do. Try again in a moment.",
      });
    case "internal":
    case "unexpected_answer":
      return i18n._({
        id: "problem.internal",
        message:
          "Something went wrong on the server. Try again; if it stays so, tell those who run the site.",
      });
    default:
      return null;
  }
}

/** What to say about a failure. */
export function wordsFor(error: unknown): string {
  if (error instanceof ProblemError) {
    const { problem } = error;
    // The server says more than the pages can, to those who read English.
    const general = i18n.locale === "en" ? null : generalWords(problem);
    return wordsOf(problem) ?? general ?? sentence(problem.detail || problem.title);
  }
  return i18n._({
    id: "problem.unreachable",
    message: "The server does not answer. Your connection may be down, or the server is being restarted.",
  });
}

/** Which field of a form a problem is about, if any: by its code, or by the name it begins with. */
export function fieldOf(error: unknown, byCode: Partial<Record<string, string>> = {}): string | null {
  if (!(error instanceof ProblemError)) return null;
  const { code, detail } = error.problem;
  const named = /^`?([a-z_]+(?:\.[a-z_]+)*)`? (?:must|does not)/.exec(detail ?? "")?.[1];
  return byCode[code] ?? named ?? null;
}

/** The server's sentences begin small and end without a full stop, as log lines do. */
function sentence(text: string): string {
  const plain = text.replaceAll("`", "").replace(/^([a-z]+)_([a-z]+)\b/, "$1 $2");
  const first = plain.charAt(0).toUpperCase() + plain.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
