import { i18n } from "@lingui/core";
import { call } from "@/api/client";
import { useSignedIn } from "@/api/session";
import { PasswordField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Section } from "@/ui/forms/section";

/** Another password. Everybody else who is signed in to the account has to sign in again. */
export function PasswordForm({ username }: { username: string }) {
  const signedIn = useSignedIn();
  return (
    <Section
      title={i18n._({ id: "password.title", message: "Password" })}
      lead={i18n._({
        id: "password.lead",
        message: "Changing it signs you out everywhere but here.",
      })}
    >
      <Form
        clears
        fields={{ wrong_credentials: "password", password_weak: "new_password" }}
        onSubmit={async ({ password = "", new_password = "" }) => {
          signedIn(await call("POST /api/v1/account/password", { body: { password, new_password } }));
        }}
      >
        <input type="hidden" autoComplete="username" value={username} readOnly />
        <PasswordField
          name="password"
          label={i18n._({ id: "password.now", message: "Password as it is now" })}
          autoComplete="current-password"
        />
        <PasswordField
          name="new_password"
          label={i18n._({ id: "password.new", message: "New password" })}
          hint={i18n._({
            id: "password.hint",
            message: "At least 8 characters. A few words in a row are good and easy to keep.",
          })}
          autoComplete="new-password"
          minLength={8}
        />
        <Submit done={i18n._({ id: "password.changed", message: "Changed" })}>
          {i18n._({ id: "password.change", message: "Change it" })}
        </Submit>
      </Form>
    </Section>
  );
}

interface ConfirmPasswordProps {
  submit: string;
  onSubmit(password: string): Promise<unknown>;
}

/** The password once more, before something that a browser left open must not do. */
export function ConfirmPassword({ submit, onSubmit }: ConfirmPasswordProps) {
  return (
    <Form fields={{ wrong_credentials: "password" }} onSubmit={({ password = "" }) => onSubmit(password)}>
      <PasswordField
        name="password"
        label={i18n._({ id: "password.confirm", message: "Your password, to be sure that it is you" })}
        autoComplete="current-password"
      />
      <Submit>{submit}</Submit>
    </Form>
  );
}
