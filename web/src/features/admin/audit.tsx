import { i18n } from "@lingui/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { AuditEntry, AuditPage } from "@/api/schema";
import { Pages } from "@/ui/forms/pages";
import { Section } from "@/ui/forms/section";
import { Deed } from "./deed";

/** Who did what, newest first. */
export function Audit() {
  const query = useInfiniteQuery({
    queryKey: ["audit"],
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/v1/admin/audit", { query: { cursor: pageParam, limit: 50 } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: AuditPage) => page.next ?? undefined,
  });
  return (
    <Section
      title={i18n._({ id: "audit.title", message: "Who did what" })}
      lead={i18n._({
        id: "audit.lead",
        message: "Everything that was done with a role, on the command line, or by the server itself.",
      })}
    >
      <Pages
        query={query}
        lines={9}
        itemsOf={(page) => page.entries}
        none={i18n._({ id: "audit.none", message: "Nothing yet." })}
      >
        {(entries) => (
          <ol className="rows">
            {entries.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ol>
        )}
      </Pages>
    </Section>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { at, was, became } = entry;
  return (
    <li data-part="audit-entry">
      <div className="min-w-0 flex-1 basis-full">
        <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1 wrap-anywhere">
          <Deed entry={entry} />
          <time className="ms-auto text-[13px] text-fg-3 tabular-nums" dateTime={at}>
            {new Date(at).toLocaleString(i18n.locale, { dateStyle: "medium", timeStyle: "medium" })}
          </time>
        </p>
        {(was != null || became != null) && (
          <details className="mt-1 text-sm">
            <summary className="inline-flex min-h-9 cursor-pointer items-center text-fg-2">
              {i18n._({ id: "audit.change", message: "What changed" })}
            </summary>
            <dl className="grid gap-x-4 gap-y-2 rounded-card bg-s0 p-3 font-mono text-[13px] sm:grid-cols-[auto_1fr]">
              <dt className="text-fg-2">{i18n._({ id: "audit.was", message: "was" })}</dt>
              <dd className="wrap-anywhere whitespace-pre-wrap">{shown(was)}</dd>
              <dt className="text-fg-2">{i18n._({ id: "audit.became", message: "became" })}</dt>
              <dd className="wrap-anywhere whitespace-pre-wrap">{shown(became)}</dd>
            </dl>
          </details>
        )}
      </div>
    </li>
  );
}

function shown(value: unknown): string {
  return value == null ? "–" : JSON.stringify(value, null, 1);
}
