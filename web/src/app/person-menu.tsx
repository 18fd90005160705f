import { i18n } from "@lingui/core";
import { lazy, Suspense } from "react";
import { useSession } from "@/api/session";
import { signInPath } from "@/lib/next-page";
import { Link, usePath } from "@/ui/navigation";

/** Guests, who are most of those who watch, do not load it. */
const Person = lazy(() => import("./person"));

/** The way in for guests, and for everybody else the way to what is theirs. */
export function PersonMenu() {
  const session = useSession();
  const path = usePath();
  if (!session) return null;
  if (session.account) {
    return (
      <Suspense fallback={<span className="size-11" />}>
        <Person session={session} account={session.account} />
      </Suspense>
    );
  }
  if (path === "/sign-in") return null;
  return (
    <Link href={signInPath(path)} className="button">
      {i18n._({ id: "shell.sign-in", message: "Sign in" })}
    </Link>
  );
}
