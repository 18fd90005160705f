/** The site's settings, asked for once and changed in part. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "./client";

const KEY = ["site-settings"];

export function useSettings() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/admin/settings", {}, signal),
  });
}

export function useChangeSettings() {
  const queries = useQueryClient();
  return async (patch: Record<string, unknown>) => {
    queries.setQueryData(KEY, await call("PATCH /api/v1/admin/settings", { body: patch }));
    await queries.invalidateQueries({ queryKey: ["site"] });
  };
}
