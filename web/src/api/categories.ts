/** What channels can be about. */
import { useQuery } from "@tanstack/react-query";
import { call } from "./client";

export const CATEGORIES = ["site", "categories"];

export function useCategories() {
  return useQuery({
    queryKey: CATEGORIES,
    queryFn: ({ signal }) => call("GET /api/v1/categories", {}, signal),
  });
}
