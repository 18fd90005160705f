import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "@/api/client";

/** The channel that is there from the beginning. */
export const CHANNEL = "primary";

const SETTINGS = ["site-settings"];

export function useSettings() {
  return useQuery({
    queryKey: SETTINGS,
    queryFn: ({ signal }) => call("GET /api/v1/admin/settings", {}, signal),
  });
}

export function useChangeSite() {
  const queries = useQueryClient();
  return async (patch: Record<string, unknown>) => {
    queries.setQueryData(SETTINGS, await call("PATCH /api/v1/admin/settings", { body: patch }));
    await queries.invalidateQueries({ queryKey: ["site"] });
  };
}

/** The channel says the same of itself as its site, while it is all there is. */
export async function changeChannel(patch: Record<string, unknown>): Promise<void> {
  await call("PATCH /api/v1/channels/{name}", { path: { name: CHANNEL }, body: patch });
}
