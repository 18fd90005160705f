import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useId, useState } from "react";
import { call } from "@/api/client";
import type { LogLevel, LogLine } from "@/api/schema";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { Section } from "@/ui/forms/section";

/** Lines on the page: older ones go when new ones come. */
const MAX_SHOWN = 500;

interface Filter {
  level: LogLevel;
  text: string;
}

/** What the server writes about itself: its newest lines, and those to come. */
export function ServerLog() {
  const [level, setLevel] = useState<LogLevel>("info");
  const [typed, setTyped] = useState("");
  const [follows, setFollows] = useState(true);
  const text = useDeferredValue(typed.trim());
  const [levelId, textId] = [useId(), useId()];
  return (
    <Section
      title={i18n._({ id: "server-log.title", message: "Server log" })}
      lead={i18n._({
        id: "server-log.lead",
        message: "The newest lines since the server was started, without secrets and addresses of viewers.",
      })}
    >
      <div className="flex flex-col gap-5">
        <div className="grid items-end gap-4 sm:grid-cols-[auto_1fr_auto]">
          <div className="field">
            <label htmlFor={levelId}>{i18n._({ id: "server-log.level", message: "At least" })}</label>
            <select
              id={levelId}
              className="input"
              value={level}
              onChange={({ target }) => setLevel(target.value as LogLevel)}
            >
              {(["error", "warn", "info", "debug"] as const).map((it) => (
                <option key={it} value={it}>
                  {levelName(it)}
                </option>
              ))}
            </select>
          </div>
          <div className="field">
            <label htmlFor={textId}>{i18n._({ id: "server-log.text", message: "With these words" })}</label>
            <input
              id={textId}
              className="input"
              type="search"
              maxLength={200}
              value={typed}
              onChange={({ target }) => setTyped(target.value)}
            />
          </div>
          <label className="flex min-h-11 items-center gap-3 text-[15px]">
            <input
              className="checkbox"
              style={{ marginBlockStart: 0 }}
              type="checkbox"
              checked={follows}
              onChange={({ target }) => setFollows(target.checked)}
            />
            {i18n._({ id: "server-log.follow", message: "Follow" })}
          </label>
        </div>
        <Lines key={`${level} ${text}`} filter={{ level, text }} follows={follows} />
      </div>
    </Section>
  );
}

function Lines({ filter, follows }: { filter: Filter; follows: boolean }) {
  const query = useQuery({
    queryKey: ["server-log", filter],
    queryFn: ({ signal }) =>
      call("GET /api/v1/admin/logs", { query: { ...filter, limit: MAX_SHOWN } }, signal),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  return (
    <Loaded query={query} lines={12}>
      {({ lines, newest }) => <Followed filter={filter} follows={follows} first={lines} newest={newest} />}
    </Loaded>
  );
}

interface FollowedProps {
  filter: Filter;
  follows: boolean;
  first: LogLine[];
  newest: number;
}

function Followed({ filter, follows, first, newest }: FollowedProps) {
  const { lines, isLost } = useTail(filter, follows, first, newest);
  return (
    <>
      {isLost && (
        <Notice kind="warning">
          {i18n._({ id: "server-log.lost", message: "The server does not answer; trying again." })}
        </Notice>
      )}
      {lines.length === 0 && (
        <p className="text-[15px] text-fg-2">
          {i18n._({ id: "server-log.none", message: "No line is like that." })}
        </p>
      )}
      <ol
        className="rows insight-log"
        aria-label={i18n._({ id: "server-log.lines", message: "Lines, the newest first" })}
      >
        {[...lines].reverse().map((line) => (
          <li key={line.number} data-part="log-line">
            <p className="flex min-w-0 flex-1 basis-full flex-wrap items-baseline gap-x-3 gap-y-1">
              <time className="text-fg-3 tabular-nums" dateTime={line.at}>
                {new Date(line.at).toLocaleTimeString(i18n.locale, { timeStyle: "medium" })}
              </time>
              <span className="tag" data-kind={KINDS[line.level]}>
                {levelName(line.level)}
              </span>
              <span className="text-fg-3">{line.target}</span>
            </p>
            <p className="min-w-0 basis-full wrap-anywhere whitespace-pre-wrap">{line.text}</p>
          </li>
        ))}
      </ol>
    </>
  );
}

const KINDS: Record<LogLevel, string | undefined> = {
  error: "bad",
  warn: "warn",
  info: undefined,
  debug: undefined,
};

/** What came since, while it is followed. */
function useTail({ level, text }: Filter, follows: boolean, first: LogLine[], newest: number) {
  const [more, setMore] = useState<LogLine[]>([]);
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (!follows) return;
    const query = new URLSearchParams({ level, text, after: String(newest) });
    const source = new EventSource(`/api/v1/admin/logs/tail?${query}`);
    source.addEventListener("line", ({ data }) => {
      const line: LogLine = JSON.parse(data);
      setMore((known) =>
        known.some(({ number }) => number === line.number) ? known : [...known, line].slice(-MAX_SHOWN),
      );
    });
    source.onopen = () => setLost(false);
    source.onerror = () => setLost(true);
    return () => source.close();
  }, [level, text, follows, newest]);
  return { lines: [...first, ...more].slice(-MAX_SHOWN), isLost };
}

function levelName(level: LogLevel): string {
  switch (level) {
    case "error":
      return i18n._({ id: "server-log.error", message: "Error" });
    case "warn":
      return i18n._({ id: "server-log.warn", message: "Warning" });
    case "info":
      return i18n._({ id: "server-log.info", message: "Information" });
    case "debug":
      return i18n._({ id: "server-log.debug", message: "Detail" });
  }
}
