/** The site's settings, asked for once and changed in part. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "@/api/client";

const SETTINGS = ["site-settings"];
const EXTRAS = ["site-extras"];

export function useSettings() {
  return useQuery({
    queryKey: SETTINGS,
    queryFn: ({ signal }) => call("GET /api/v1/admin/settings", {}, signal),
  });
}

export function useChange() {
  const queries = useQueryClient();
  return async (patch: Record<string, unknown>) => {
    queries.setQueryData(SETTINGS, await call("PATCH /api/v1/admin/settings", { body: patch }));
    await queries.invalidateQueries({ queryKey: ["site"] });
  };
}

export function useExtras() {
  return useQuery({
    queryKey: EXTRAS,
    queryFn: ({ signal }) => call("GET /api/v1/admin/extras", {}, signal),
  });
}

export function useChangeExtras() {
  const queries = useQueryClient();
  return async (patch: Record<string, unknown>) => {
    queries.setQueryData(EXTRAS, await call("PATCH /api/v1/admin/extras", { body: patch }));
  };
}
