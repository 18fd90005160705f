import { i18n } from "@lingui/core";
import { useEffect, useRef, useState } from "react";
import { call, ProblemError } from "@/api/client";
import type { Session } from "@/api/types";
import { Button } from "@/ui/button";
import { PasswordField, TextField } from "@/ui/forms/fields";
import { Form, Submit, type Values } from "@/ui/forms/form";

interface SignInFormProps {
  onSignedIn(session: Session): void;
}

/** Name and password; then, where the account asks for one, the code of the authenticator. */
export function SignInForm({ onSignedIn }: SignInFormProps) {
  const [shown, setShown] = useState<{ name: string; password: string } | null>(null);
  const prove = async (name: string, password: string, code: string | null) => {
    try {
      onSignedIn(await call("POST /api/v1/session", { body: { name, password, code } }));
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== "code_needed") throw error;
      setShown({ name, password });
    }
  };
  if (shown) {
    return (
      <SecondStep
        onSubmit={({ code = "" }) => prove(shown.name, shown.password, code.trim())}
        onBack={() => setShown(null)}
      />
    );
  }
  return (
    <Form
      fields={{ wrong_credentials: "password" }}
      onSubmit={({ name = "", password = "" }) => prove(name.trim(), password, null)}
    >
      <TextField
        name="name"
        label={i18n._({ id: "sign-in.name", message: "Name or mail address" })}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        dir="auto"
      />
      <PasswordField
        name="password"
        label={i18n._({ id: "sign-in.password", message: "Password" })}
        autoComplete="current-password"
      />
      <Submit wide>{i18n._({ id: "sign-in.submit", message: "Sign in" })}</Submit>
    </Form>
  );
}

interface SecondStepProps {
  onSubmit(values: Values): Promise<void>;
  onBack(): void;
}

function SecondStep({ onSubmit, onBack }: SecondStepProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.querySelector("input")?.focus(), []);
  return (
    <div ref={place}>
      <Form fields={{ code_wrong: "code" }} onSubmit={onSubmit}>
        <TextField
          name="code"
          label={i18n._({ id: "sign-in.code", message: "Code from your authenticator app" })}
          hint={i18n._({ id: "sign-in.code.hint", message: "A recovery code works too, once." })}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          className="input font-mono tracking-wider"
        />
        <Submit wide>{i18n._({ id: "sign-in.submit", message: "Sign in" })}</Submit>
        <Button kind="quiet" onClick={onBack}>
          {i18n._({ id: "sign-in.back", message: "Back" })}
        </Button>
      </Form>
    </div>
  );
}
