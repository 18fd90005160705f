/** Who is signed in, in one place: asked for once per page, changed by whoever signs in or out. */
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "./client";
import type { Session } from "./types";

const KEY = ["session"];

/** `undefined` until the server has said; without `account` somebody is a guest. */
export function useSession(): Session | undefined {
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/session", {}, signal),
    staleTime: 5 * 60_000,
  });
  return data;
}

/** What to do when somebody has signed in, or is somebody else: nothing of the one before is kept. */
export function useSignedIn(): (session: Session) => void {
  const queries = useQueryClient();
  return (session) => {
    forgetPerson(queries);
    queries.setQueryData(KEY, session);
  };
}

/** What to do when the session's account has changed. */
export function useAccountChanged(): (account: Session["account"]) => void {
  const queries = useQueryClient();
  return (account) => queries.setQueryData<Session>(KEY, (session) => session && { ...session, account });
}

/** Signs out here. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await call("DELETE /api/v1/session", {});
    forgetPerson(queries);
    queries.setQueryData<Session>(KEY, { permissions: [] });
  };
}

/** What everybody may see; the session is not removed but replaced, so that whoever shows it notices. */
const KEPT: unknown[] = ["channel", "site", "schedule", "past", ...KEY];

function forgetPerson(queries: QueryClient): void {
  queries.removeQueries({ predicate: ({ queryKey: [first] }) => !KEPT.includes(first) });
}
