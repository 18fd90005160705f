/** What goes wrong, in general: for those who do not read the server's own, more exact sentences. */
import { i18n } from "@lingui/core";
import type { Problem } from "@/api/types";

export function generalWords({ code }: Problem): string | null {
  switch (code) {
    case "too_large":
      return i18n._({ id: "problem.too-large", message: "It is too large." });
    case "too_often":
      return i18n._({
        id: "problem.too-often",
        message: "That was too often. Wait a moment and try again.",
      });
    case "forbidden":
    case "scope_needed":
      return i18n._({ id: "problem.forbidden", message: "You may not do this." });
    case "name_invalid":
      return i18n._({
        id: "problem.name-invalid",
        message: "This name does not fit. Use letters, digits, dots or dashes.",
      });
    case "password_weak":
      return i18n._({
        id: "problem.password-weak",
        message: "This password is too easy to guess. Choose a longer one.",
      });
    case "mail_invalid":
      return i18n._({ id: "problem.mail-invalid", message: "This is no mail address." });
    case "passkey_refused":
    case "passkeys_unavailable":
      return passkeyWords(code);
    default:
      return changeWords(code);
  }
}

function passkeyWords(code: "passkey_refused" | "passkeys_unavailable"): string {
  return code === "passkey_refused"
    ? i18n._({
        id: "problem.passkey-refused",
        message: "The passkey was not accepted. Try again, or sign in another way.",
      })
    : i18n._({
        id: "problem.passkeys-unavailable",
        message: "Passkeys do not work at this address. Open the site at its usual address, with https.",
      });
}

/** What somebody wanted to change, and why it stays as it is. */
function changeWords(code: Problem["code"]): string | null {
  switch (code) {
    case "invalid":
    case "bad_request":
      return i18n._({
        id: "problem.invalid",
        message: "Something in it does not fit. Look it over and try again.",
      });
    case "full":
      return i18n._({ id: "problem.full", message: "There are as many as there may be. Remove one first." });
    case "last_admin":
      return i18n._({
        id: "problem.last-admin",
        message: "Somebody has to run the site: make somebody else an admin first.",
      });
    case "conflict":
    case "in_progress":
      return i18n._({
        id: "problem.conflict",
        message: "It has changed in the meantime. Load the page again.",
      });
    case "not_on_air":
      return i18n._({ id: "problem.not-on-air", message: "The channel is not on air." });
    case "no_mail":
      return i18n._({ id: "problem.no-mail", message: "This site sends no mail. Ask those who run it." });
    case "not_found":
    case "channel_not_found":
      return i18n._({ id: "problem.not-found", message: "It is not there any more." });
    default:
      return null;
  }
}
