import { i18n } from "@lingui/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Policy } from "@/api/schema";
import { RegisterForm } from "@/features/account";
import { nextPage } from "@/lib/next-page";
import { Notice } from "@/ui/forms/notice";
import { Link, navigate } from "@/ui/navigation";
import { NarrowPage } from "./frame";
import { usePolicy } from "./use-policy";

const TITLE = () => i18n._({ id: "register.title", message: "Make an account" });

export function RegisterPage() {
  const policy = usePolicy();
  const queries = useQueryClient();
  const [pending, setPending] = useState(false);
  const invitation = new URLSearchParams(location.search).get("invitation") ?? "";
  const arrive = async () => {
    await queries.resetQueries({ queryKey: ["session"] });
    navigate(nextPage(location.search, location.origin), { replace: true });
  };
  if (pending) return <Pending />;
  if (policy?.registration === "closed") return <Closed />;
  return (
    <NarrowPage title={TITLE()} lead={policy && leadOf(policy, invitation)} foot={<SignInInstead />}>
      {policy ? (
        <RegisterForm
          policy={policy}
          invitation={invitation}
          onRegistered={({ state }) => (state === "pending" ? setPending(true) : void arrive())}
        />
      ) : (
        <div className="skeleton h-80" role="status">
          <span className="visually-hidden">{i18n._({ id: "page.loading", message: "Loading" })}</span>
        </div>
      )}
    </NarrowPage>
  );
}

function leadOf({ registration }: Policy, invitation: string): string | undefined {
  if (registration === "invitation" && invitation === "")
    return i18n._({
      id: "register.by-invitation",
      message: "An account here takes an invitation. Ask somebody who runs the site for one.",
    });
  if (registration === "approval" && invitation === "")
    return i18n._({
      id: "register.by-approval",
      message: "Somebody who runs the site looks at every new account before it can be used.",
    });
  return undefined;
}

function Closed() {
  return (
    <NarrowPage title={TITLE()} foot={<SignInInstead />}>
      <Notice kind="info">
        {i18n._({
          id: "register.closed",
          message:
            "New accounts are not made here at the moment. Watching needs none. If you want to stream or write here, ask those who run the site.",
        })}
      </Notice>
    </NarrowPage>
  );
}

function Pending() {
  return (
    <NarrowPage title={i18n._({ id: "register.pending.title", message: "Almost there" })}>
      <Notice kind="done">
        {i18n._({
          id: "register.pending",
          message:
            "Your account is made. Once somebody who runs the site has approved it, you can sign in with your name and password.",
        })}
      </Notice>
      <Link href="/" className="button mt-5 w-full">
        {i18n._({ id: "page.home", message: "Go to the start page" })}
      </Link>
    </NarrowPage>
  );
}

function SignInInstead() {
  return (
    <p>
      {i18n._({ id: "register.known", message: "Have an account already?" })}{" "}
      <Link href={`/sign-in${location.search}`} className="link inline-flex min-h-11 items-center">
        {i18n._({ id: "sign-in.title", message: "Sign in" })}
      </Link>
    </p>
  );
}
