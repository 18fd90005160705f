import { call } from "@/api/client";

/** The channel that is there from the beginning. */
export const CHANNEL = "primary";

/** The channel says the same of itself as its site, while it is all there is. */
export async function changeChannel(patch: Record<string, unknown>): Promise<void> {
  await call("PATCH /api/v1/channels/{name}", { path: { name: CHANNEL }, body: patch });
}
