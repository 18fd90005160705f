import { useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { Policy } from "@/api/schema";

/** Who may make an account here; `undefined` until the server has said. */
export function usePolicy(): Policy | undefined {
  const { data } = useQuery({
    queryKey: ["site", "policy"],
    queryFn: ({ signal }) => call("GET /api/v1/accounts/policy", {}, signal),
  });
  return data;
}

/** Passkeys belong to a host name: a site that has none has none of them either. */
export function hasPasskeys(policy: Policy | undefined): boolean {
  return policy !== undefined && "passkeys" in policy && policy.passkeys === true;
}
