import { i18n } from "@lingui/core";
import { Suspense } from "react";
import { useSession } from "@/api/session";
import { later } from "@/lib/later";
import { signInPath } from "@/lib/next-page";
import { Link, usePath } from "@/ui/navigation";

/** Guests, who are most of those who watch, do not load it. */
const Person = later(() => import("./person"));

/** The way in for guests, and for everybody else the way to what is theirs. */
export function PersonMenu() {
  const words = i18n._({ id: "shell.sign-in", message: "Sign in" });
  // Whoever it turns out to be, nothing beside it moves.
  return (
    <span className="grid items-center justify-items-end *:[grid-area:1/1]">
      <span className="button invisible" aria-hidden="true">
        {words}
      </span>
      <Known signIn={words} />
    </span>
  );
}

function Known({ signIn }: { signIn: string }) {
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
      {signIn}
    </Link>
  );
}
