import { useSignedIn } from "@/api/session";
import type { Session } from "@/api/types";
import { navigate } from "@/ui/navigation";

/** Goes on after a new password: accounts that ask for a code as well sign in first. */
export function useArrival(): (session: Session, to: string) => void {
  const signedIn = useSignedIn();
  return (session, to) => {
    if (session.account) signedIn(session);
    navigate(session.account ? to : "/sign-in", { replace: true });
  };
}
