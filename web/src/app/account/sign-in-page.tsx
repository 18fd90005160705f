import { i18n } from "@lingui/core";
import { useEffect } from "react";
import { useSession, useSignedIn } from "@/api/session";
import { PasskeyButton, SignInForm } from "@/features/account";
import { nextPage } from "@/lib/next-page";
import { Link, navigate } from "@/ui/navigation";
import { NarrowPage } from "./frame";
import { hasPasskeys, usePolicy } from "./use-policy";

/** Signs in and goes back to where somebody came from. */
export function SignInPage() {
  const session = useSession();
  const onSignedIn = useSignedIn();
  const policy = usePolicy();
  const known = session?.account != null;
  useEffect(() => {
    if (known) navigate(nextPage(location.search, location.origin), { replace: true });
  }, [known]);
  return (
    <NarrowPage
      title={i18n._({ id: "sign-in.title", message: "Sign in" })}
      foot={
        <>
          <Link href="/reset" className="link inline-flex min-h-11 items-center">
            {i18n._({ id: "sign-in.forgotten", message: "Forgotten your password?" })}
          </Link>
          {policy && policy.registration !== "closed" && (
            <p>
              {i18n._({ id: "sign-in.new", message: "New here?" })}{" "}
              <Link href={`/register${location.search}`} className="link inline-flex min-h-11 items-center">
                {i18n._({ id: "sign-in.register", message: "Make an account" })}
              </Link>
            </p>
          )}
        </>
      }
    >
      <SignInForm onSignedIn={onSignedIn} />
      {hasPasskeys(policy) && <PasskeyButton onSignedIn={onSignedIn} />}
    </NarrowPage>
  );
}
