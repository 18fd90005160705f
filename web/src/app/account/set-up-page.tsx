import { i18n } from "@lingui/core";
import { call } from "@/api/client";
import { NewPasswordForm } from "@/features/account";
import { Notice } from "@/ui/forms/notice";
import { Link } from "@/ui/navigation";
import { NarrowPage } from "./frame";
import { useArrival } from "./use-arrival";
import { useCode } from "./use-code";

/** Where the link of a first run leads: the admin chooses a password and is signed in. */
export function SetUpPage() {
  const code = useCode();
  const arrive = useArrival();
  const title = i18n._({ id: "setup.title", message: "Welcome" });
  if (!code) {
    return (
      <NarrowPage title={title}>
        <Notice kind="info">
          {i18n._({
            id: "setup.no-code",
            message:
              "This page belongs to the link that the server prints when it is started for the first time. Was the site set up already? Then sign in.",
          })}
        </Notice>
        <Link href="/sign-in" className="button mt-5 w-full">
          {i18n._({ id: "sign-in.title", message: "Sign in" })}
        </Link>
      </NarrowPage>
    );
  }
  return (
    <NarrowPage
      title={title}
      lead={i18n._({
        id: "setup.lead",
        message: "Choose the password of the account admin. You use it to sign in and to run this site.",
      })}
    >
      <NewPasswordForm
        username="admin"
        submit={i18n._({ id: "setup.submit", message: "Set the password and go on" })}
        onSubmit={async (password) => {
          arrive(await call("POST /api/v1/setup", { body: { code, password } }), "/setup/name");
        }}
      />
    </NarrowPage>
  );
}
