import { i18n } from "@lingui/core";
import { useState } from "react";
import { call } from "@/api/client";
import { NewPasswordForm } from "@/features/account";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Notice } from "@/ui/forms/notice";
import { Link } from "@/ui/navigation";
import { NarrowPage } from "./frame";
import { useArrival } from "./use-arrival";
import { useCode } from "./use-code";

/** A forgotten password: has a link sent, and is where it leads. */
export function ResetPage() {
  const code = useCode();
  return code ? <Choose code={code} /> : <Ask />;
}

function BackToSignIn() {
  return (
    <Link href="/sign-in" className="link inline-flex min-h-11 items-center">
      {i18n._({ id: "reset.back", message: "Back to signing in" })}
    </Link>
  );
}

function Ask() {
  const [asked, setAsked] = useState(false);
  const title = i18n._({ id: "reset.title", message: "Forgotten password" });
  if (asked) {
    return (
      <NarrowPage title={title} foot={<BackToSignIn />}>
        <Notice kind="done">
          {i18n._({
            id: "reset.sent",
            message:
              "If there is such an account and its mail address is confirmed, a link is on its way there. Look among unwanted mail too.",
          })}
        </Notice>
      </NarrowPage>
    );
  }
  return (
    <NarrowPage
      title={title}
      lead={i18n._({
        id: "reset.lead",
        message: "A link to choose another one is sent to the mail address of your account.",
      })}
      foot={<BackToSignIn />}
    >
      <Form
        onSubmit={async ({ name = "" }) => {
          await call("POST /api/v1/password-resets", { body: { name: name.trim() } });
          setAsked(true);
        }}
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
        <Submit wide>{i18n._({ id: "reset.submit", message: "Send the link" })}</Submit>
      </Form>
    </NarrowPage>
  );
}

function Choose({ code }: { code: string }) {
  const arrive = useArrival();
  return (
    <NarrowPage title={i18n._({ id: "reset.choose.title", message: "New password" })} foot={<BackToSignIn />}>
      <NewPasswordForm
        submit={i18n._({ id: "reset.choose.submit", message: "Set the password" })}
        onSubmit={async (password) => {
          arrive(await call("POST /api/v1/password-resets/complete", { body: { code, password } }), "/");
        }}
      />
    </NarrowPage>
  );
}
