import { i18n } from "@lingui/core";
import { call } from "@/api/client";
import type { AccountDocument } from "@/api/schema";
import { PasswordField, TextField } from "@/ui/forms/fields";
import { Form, Save } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { useAccount, useRefreshAccount } from "./queries";

/** Where a link goes to when the password is forgotten. */
export function MailForm() {
  const account = useAccount();
  return (
    <Section
      title={i18n._({ id: "mail.title", message: "Mail address" })}
      lead={i18n._({ id: "mail.lead", message: "For a forgotten password. Nobody else sees it." })}
    >
      <Loaded query={account} lines={6}>
        {(known) => <Fields account={known} />}
      </Loaded>
    </Section>
  );
}

function Fields({ account }: { account: AccountDocument }) {
  const refresh = useRefreshAccount();
  const email = account.email ?? "";
  const confirmed = account.email_confirmed;
  return (
    <Form
      fields={{ wrong_credentials: "password", mail_invalid: "email", mail_taken: "email" }}
      onSubmit={async ({ email = "", password = "" }) => {
        await call("PUT /api/v1/account/email", { body: { email: email.trim(), password } });
        await refresh();
      }}
    >
      <TextField
        name="email"
        type="email"
        label={i18n._({ id: "mail.address", message: "Address" })}
        hint={
          email &&
          (confirmed
            ? i18n._({ id: "mail.confirmed", message: "It is confirmed. You can sign in with it as well." })
            : i18n._({
                id: "mail.unconfirmed",
                message: "Not confirmed yet: follow the link in the mail, if this site sends any.",
              }))
        }
        defaultValue={email}
        optional
        autoComplete="email"
        maxLength={254}
      />
      <PasswordField
        name="password"
        label={i18n._({ id: "password.confirm", message: "Your password, to be sure that it is you" })}
        autoComplete="current-password"
      />
      <Save />
    </Form>
  );
}
