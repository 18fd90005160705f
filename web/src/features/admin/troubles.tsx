import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { LogLine } from "@/api/schema";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { Link } from "@/ui/navigation";

/** Lines that stand here; the log has a page of its own. */
const MOST = 5;

/** What the server has warned of lately. */
export function Troubles() {
  const query = useQuery({
    queryKey: ["server-log", "troubles"],
    queryFn: ({ signal }) =>
      call("GET /api/v1/admin/logs", { query: { level: "warn", limit: MOST } }, signal),
    refetchInterval: 30_000,
  });
  return (
    <Section title={i18n._({ id: "home.troubles", message: "Warnings and errors" })}>
      <Loaded query={query} lines={3}>
        {({ lines }) => (
          <>
            {lines.length === 0 && (
              <p className="text-[15px] text-fg-2">
                {i18n._({ id: "home.troubles.none", message: "None since the server was started." })}
              </p>
            )}
            <ol className="rows" data-part="troubles">
              {[...lines].reverse().map((line) => (
                <Trouble key={line.number} line={line} />
              ))}
            </ol>
            <Link href="/admin/serverlog" className="link mt-4 inline-flex min-h-9 items-center text-sm">
              {i18n._({ id: "home.troubles.all", message: "The whole log" })}
            </Link>
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Trouble({ line: { at, level, text } }: { line: LogLine }) {
  return (
    <li className="py-2!">
      <p className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3 gap-y-1 text-sm">
        <span className="tag" data-kind={level === "error" ? "bad" : "warn"}>
          {level === "error"
            ? i18n._({ id: "server-log.error", message: "Error" })
            : i18n._({ id: "server-log.warn", message: "Warning" })}
        </span>
        <span className="line-clamp-3 min-w-0 flex-1 basis-60 wrap-anywhere" dir="ltr">
          {text}
        </span>
      </p>
      <time className="text-[13px] text-fg-3" dateTime={at}>
        {new Date(at).toLocaleString(i18n.locale, { dateStyle: "short", timeStyle: "short" })}
      </time>
    </li>
  );
}
