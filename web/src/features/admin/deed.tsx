import type { AuditEntry } from "@/api/schema";
import { actorWords, deedWords, subjectWords } from "./deeds";

/** Who did what to what. What has no words keeps the log's own. */
export function Deed({ entry }: { entry: AuditEntry }) {
  const { action } = entry;
  const words = deedWords(action);
  return (
    <>
      <bdi className="font-semibold">{actorWords(entry)}</bdi>
      {words ? <span title={action}>{words}</span> : <code className="mono">{action}</code>}
      <bdi className="text-fg-2">{subjectWords(entry)}</bdi>
    </>
  );
}
