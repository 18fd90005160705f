/** What the site adds to its pages, asked for once and changed in part. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "@/api/client";

const KEY = ["site-extras"];

export function useExtras() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/admin/extras", {}, signal),
  });
}

export function useChangeExtras() {
  const queries = useQueryClient();
  return async (patch: Record<string, unknown>) => {
    queries.setQueryData(KEY, await call("PATCH /api/v1/admin/extras", { body: patch }));
  };
}
