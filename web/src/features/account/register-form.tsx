import { i18n } from "@lingui/core";
import { useId } from "react";
import { call, ProblemError } from "@/api/client";
import { forgetGuest, knownGuest } from "@/api/guest";
import type { Policy, RegisterBody, RegisteredDocument } from "@/api/schema";
import { TextArea, TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { ChosenPassword } from "./new-password-form";

interface RegisterFormProps {
  policy: Policy;
  /** The code of an invitation that somebody followed. */
  invitation: string;
  onRegistered(registered: RegisteredDocument): void;
}

const FIELDS = {
  name_taken: "username",
  name_invalid: "username",
  password_weak: "password",
  mail_invalid: "email",
  mail_taken: "email",
  invitation_needed: "invitation",
  invitation_invalid: "invitation",
};

/** Who talked here as a guest keeps name, colour and history, if the server still knows them. */
async function register(body: RegisterBody): Promise<RegisteredDocument> {
  const guest = knownGuest();
  try {
    const registered = await call("POST /api/v1/accounts", { body: { ...body, guest } });
    forgetGuest();
    return registered;
  } catch (error) {
    const unknown = error instanceof ProblemError && error.problem.status === 404;
    if (!guest || !unknown) throw error;
    forgetGuest();
    return call("POST /api/v1/accounts", { body });
  }
}

/** A new account, with what the site's policy asks for and nothing else. */
export function RegisterForm({ policy, invitation, onRegistered }: RegisterFormProps) {
  const domains = useId();
  const { registration, mail_required: mailRequired, mail_domains: mailDomains } = policy;
  const asksForInvitation = registration === "invitation" || invitation !== "";
  return (
    <Form
      fields={FIELDS}
      onSubmit={async ({ username = "", password = "", email = "", reason = "", ...rest }) => {
        const body = {
          username: username.trim(),
          password,
          email: email.trim() || null,
          invitation: rest.invitation?.trim() || null,
          reason: reason.trim(),
        };
        onRegistered(await register(body));
      }}
    >
      {asksForInvitation && (
        <TextField
          name="invitation"
          label={i18n._({ id: "register.invitation", message: "Invitation" })}
          hint={i18n._({ id: "register.invitation.hint", message: "The code that you were sent." })}
          defaultValue={invitation}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="input font-mono"
        />
      )}
      <TextField
        name="username"
        label={i18n._({ id: "register.username", message: "Name" })}
        hint={i18n._({
          id: "register.username.hint",
          message: "2 to 30 letters, digits, dots or dashes. Everybody sees it.",
        })}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        minLength={2}
        maxLength={30}
        dir="auto"
      />
      <TextField
        name="email"
        type="email"
        label={i18n._({ id: "register.email", message: "Mail address" })}
        hint={
          mailDomains.length > 0 ? (
            <span id={domains}>
              {i18n._({
                id: "register.email.domains",
                message: "Here it has to be one of: {domains}.",
                values: { domains: mailDomains.join(", ") },
              })}
            </span>
          ) : (
            i18n._({
              id: "register.email.hint",
              message: "Only for a forgotten password. Nobody else sees it.",
            })
          )
        }
        optional={!mailRequired}
        autoComplete="email"
        maxLength={254}
      />
      <ChosenPassword label={i18n._({ id: "register.password", message: "Password" })} />
      {registration === "approval" && invitation === "" && (
        <TextArea
          name="reason"
          label={i18n._({ id: "register.reason", message: "Why you would like to join" })}
          hint={i18n._({
            id: "register.reason.hint",
            message: "Those who run the site read it before they approve your account.",
          })}
          optional
          maxLength={500}
          rows={3}
        />
      )}
      <Submit wide>{i18n._({ id: "register.submit", message: "Make the account" })}</Submit>
    </Form>
  );
}
