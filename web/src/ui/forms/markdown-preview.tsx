import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "@/api/client";
import { SafeHtml } from "../safe-html";

/** The server is asked when somebody pauses, not at every letter. */
const PAUSE_MS = 400;

/** What a text becomes on pages, as it is typed: the server makes the HTML, so this is the truth. */
export function MarkdownPreview({ text }: { text: string }) {
  const settled = useSettled(text);
  const { data } = useQuery({
    queryKey: ["markdown", settled],
    queryFn: ({ signal }) => call("POST /api/v1/markdown", { body: { text: settled } }, signal),
    enabled: settled.trim() !== "",
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  });
  if (text.trim() === "" || !data) return null;
  return <SafeHtml html={data.html} />;
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
