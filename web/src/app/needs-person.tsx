import { i18n } from "@lingui/core";
import { type ReactNode, useEffect } from "react";
import { useSession } from "@/api/session";
import type { Account, Session } from "@/api/types";
import { signInPath } from "@/lib/next-page";
import { Link, navigate } from "@/ui/navigation";
import { PageMessage } from "@/ui/page-message";
import { Shell } from "./shell";

interface NeedsPersonProps {
  /** What somebody has to be allowed to do on the site. */
  permission?: Session["permissions"][number];
  /** Without header and footer, as in a dock. */
  bare?: boolean;
  children(account: Account, session: Session): ReactNode;
}

/** A page for people with an account: guests sign in first and come back. */
export function NeedsPerson({ permission, bare = false, children }: NeedsPersonProps) {
  const session = useSession();
  const guest = session !== undefined && !session.account;
  useEffect(() => {
    if (guest) navigate(signInPath(location.pathname + location.search), { replace: true });
  }, [guest]);
  if (!session?.account) {
    return (
      <Shell>
        <p className="visually-hidden" role="status">
          {i18n._({ id: "stage.loading", message: "Loading" })}
        </p>
      </Shell>
    );
  }
  if (permission && !session.permissions.includes(permission)) return <NotYours />;
  const page = children(session.account, session);
  return bare ? page : <Shell>{page}</Shell>;
}

function NotYours() {
  return (
    <Shell>
      <PageMessage
        title={i18n._({ id: "not-yours.title", message: "This page is not for you" })}
        detail={i18n._({
          id: "not-yours.detail",
          message: "Only those who run the site come in here. Ask one of them if you should be one too.",
        })}
      >
        <Link href="/" className="button" data-primary="">
          {i18n._({ id: "not-found.home", message: "Go to the start page" })}
        </Link>
      </PageMessage>
    </Shell>
  );
}
