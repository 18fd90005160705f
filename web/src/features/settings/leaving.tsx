import { i18n } from "@lingui/core";
import { useState } from "react";
import { call } from "@/api/client";
import { Button } from "@/ui/button";
import { Section } from "@/ui/forms/section";
import { ConfirmPassword } from "./password-form";

/** Everything that is kept of the account, as a file. */
export function ExportAccount({ username }: { username: string }) {
  return (
    <Section
      title={i18n._({ id: "export.title", message: "Your data" })}
      lead={i18n._({
        id: "export.lead",
        message: "What this site keeps of your account, in a file that programs can read (JSON).",
      })}
    >
      <a className="button" href="/api/v1/account/export" download={`${username}.json`}>
        {i18n._({ id: "export.button", message: "Download it" })}
      </a>
    </Section>
  );
}

/** The end of an account. */
export function DeleteAccount({ onDeleted }: { onDeleted(): void }) {
  const [sure, setSure] = useState(false);
  return (
    <Section
      title={i18n._({ id: "delete.title", message: "Delete the account" })}
      lead={i18n._({
        id: "delete.lead",
        message:
          "Your profile, sign-ins and tokens are removed and cannot be brought back. The name stays taken, so that nobody else is taken for you.",
      })}
    >
      {sure ? (
        <div className="flex flex-col gap-3">
          <ConfirmPassword
            submit={i18n._({ id: "delete.yes", message: "Delete it for good" })}
            onSubmit={async (password) => {
              await call("POST /api/v1/account/delete", { body: { password } });
              onDeleted();
            }}
          />
          <Button kind="quiet" className="self-start" onClick={() => setSure(false)}>
            {i18n._({ id: "confirm.no", message: "Cancel" })}
          </Button>
        </div>
      ) : (
        <Button kind="danger" onClick={() => setSure(true)}>
          {i18n._({ id: "delete.button", message: "Delete my account" })}
        </Button>
      )}
    </Section>
  );
}
