import { i18n } from "@lingui/core";
import { useState } from "react";
import { call } from "@/api/client";
import { Form, Submit } from "@/ui/forms/form";
import { Notice } from "@/ui/forms/notice";
import { Link } from "@/ui/navigation";
import { NarrowPage } from "./frame";
import { useCode } from "./use-code";

/**
 * Where the link leads that confirms a mail address. It asks to press a button: programs that look
 * at mail follow links, and must not use them up.
 */
export function ConfirmMailPage() {
  const code = useCode();
  const [done, setDone] = useState(false);
  const title = i18n._({ id: "confirm-mail.title", message: "Your mail address" });
  if (done || !code) {
    return (
      <NarrowPage title={title}>
        <Notice kind={done ? "done" : "info"}>
          {done
            ? i18n._({
                id: "confirm-mail.done",
                message: "It is confirmed. You can sign in with it, and have a forgotten password replaced.",
              })
            : i18n._({
                id: "confirm-mail.no-code",
                message: "This page belongs to the link in a mail. Open it from there.",
              })}
        </Notice>
        <Link href="/" className="button mt-5 w-full">
          {i18n._({ id: "page.home", message: "Go to the start page" })}
        </Link>
      </NarrowPage>
    );
  }
  return (
    <NarrowPage title={title}>
      <Form
        onSubmit={async () => {
          await call("POST /api/v1/account/email/confirm", { body: { code } });
          setDone(true);
        }}
      >
        <p className="text-[15px] text-fg-2">
          {i18n._({ id: "confirm-mail.lead", message: "Is this address yours? Then confirm it." })}
        </p>
        <Submit wide>{i18n._({ id: "confirm-mail.submit", message: "Confirm the address" })}</Submit>
      </Form>
    </NarrowPage>
  );
}
