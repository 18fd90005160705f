import { i18n } from "@lingui/core";
import { PasswordField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";

interface NewPasswordFormProps {
  /** For password managers: whose password it is. */
  username?: string;
  submit: string;
  onSubmit(password: string): Promise<void>;
}

export function NewPasswordForm({ username, submit, onSubmit }: NewPasswordFormProps) {
  return (
    <Form fields={{ password_weak: "password" }} onSubmit={({ password = "" }) => onSubmit(password)}>
      {username && <input type="hidden" name="username" autoComplete="username" value={username} readOnly />}
      <ChosenPassword label={i18n._({ id: "password.new", message: "New password" })} />
      <Submit wide>{submit}</Submit>
    </Form>
  );
}

/** A password that somebody makes up now. */
export function ChosenPassword({ label }: { label: string }) {
  return (
    <PasswordField
      name="password"
      label={label}
      hint={i18n._({
        id: "password.hint",
        message: "At least 8 characters. A few words in a row are good and easy to keep.",
      })}
      autoComplete="new-password"
      minLength={8}
    />
  );
}
