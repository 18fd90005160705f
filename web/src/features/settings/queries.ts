import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { AccountDocument } from "@/api/schema";
import { useAccountChanged } from "@/api/session";

const KEY = ["account"];

export function useAccount() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/account", {}, signal),
  });
}

/** Keeps what a change answered, here and in the header. */
export function useTakeAccount(): (account: AccountDocument) => void {
  const queries = useQueryClient();
  const changed = useAccountChanged();
  return (account) => {
    queries.setQueryData(KEY, account);
    changed(account);
  };
}

/** Asks anew. */
export function useRefreshAccount(): () => Promise<void> {
  const queries = useQueryClient();
  const take = useTakeAccount();
  return async () =>
    take(
      await queries.fetchQuery({
        queryKey: KEY,
        queryFn: () => call("GET /api/v1/account", {}),
        staleTime: 0,
      }),
    );
}
