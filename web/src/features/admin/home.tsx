import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import { formatCount } from "@/lib/format";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { Section } from "@/ui/forms/section";
import { Link } from "@/ui/navigation";
import { Deed } from "./deed";
import { useMachine } from "./machine";
import { Troubles } from "./troubles";

/** Entries of the log that stand here; all of them are a page of their own. */
const NEWEST = 5;

interface HomeProps {
  version: string;
}

/** How the site is, at a glance. */
export function Home({ version }: HomeProps) {
  return (
    <>
      <Attention />
      <OnAir />
      <Machine version={version} />
      <Troubles />
      <Newest />
    </>
  );
}

/** What waits for somebody; nothing at all when nothing does. */
function Attention() {
  const parked = useQuery({
    queryKey: ["parked-jobs"],
    queryFn: ({ signal }) => call("GET /api/v1/jobs", {}, signal),
  });
  const pending = useQuery({
    queryKey: ["accounts", "pending"],
    queryFn: ({ signal }) => call("GET /api/v1/admin/accounts", { query: { state: "pending" } }, signal),
  });
  const failed = parked.data?.kinds.reduce((sum, kind) => sum + kind.parked, 0) ?? 0;
  const waiting = pending.data?.accounts.length ?? 0;
  if (failed + waiting === 0) return null;
  return (
    <div className="flex flex-col gap-3" data-part="attention">
      {waiting > 0 && (
        <Notice kind="warning">
          <Link href="/admin/people" className="link">
            {i18n._({
              id: "home.pending",
              message: "{count, plural, one {# account waits} other {# accounts wait}} to be approved.",
              values: { count: waiting },
            })}
          </Link>
        </Notice>
      )}
      {failed > 0 && (
        <Notice kind="warning">
          <Link href="/admin/jobs" className="link">
            {i18n._({
              id: "home.parked",
              message: "{count, plural, one {# job was} other {# jobs were}} given up: see why.",
              values: { count: failed },
            })}
          </Link>
        </Notice>
      )}
    </div>
  );
}

function OnAir() {
  const query = useQuery({
    queryKey: ["directory", "live"],
    queryFn: ({ signal }) => call("GET /api/v1/directory", { query: { live: true, limit: 20 } }, signal),
    refetchInterval: 5_000,
  });
  return (
    <Section title={i18n._({ id: "home.on-air", message: "On air" })}>
      <Loaded query={query} lines={2}>
        {({ channels }) =>
          channels.length === 0 ? (
            <p className="text-[15px] text-fg-2">
              {i18n._({ id: "home.nobody", message: "Nobody streams at the moment." })}
            </p>
          ) : (
            <ul className="rows">
              {channels.map(({ slug, name, title, live, url }) => (
                <li key={slug}>
                  <div className="min-w-0 flex-1">
                    <Link href={url} className="link font-semibold wrap-anywhere">
                      {name}
                    </Link>
                    <p className="truncate text-[13px] text-fg-2" dir="auto">
                      {title}
                    </p>
                  </div>
                  <span className="text-sm tabular-nums">
                    {i18n._({
                      id: "stream.viewers",
                      message: "{count, plural, one {# viewer} other {# viewers}}",
                      values: { count: live?.viewers ?? 0 },
                    })}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

function Machine({ version }: HomeProps) {
  const query = useMachine();
  return (
    <Section title={i18n._({ id: "home.server", message: "The server" })}>
      <Loaded query={query} lines={3}>
        {({ ffmpeg, broadcasts, capacity, used }) => (
          <dl className="figures">
            <div>
              <dt>{i18n._({ id: "home.version", message: "Version" })}</dt>
              <dd>
                <Link href="/admin/about" className="link">
                  {version}
                </Link>
              </dd>
            </div>
            <div>
              <dt>{i18n._({ id: "home.encoding", message: "Streams looked after" })}</dt>
              <dd>{formatCount(broadcasts.length, i18n.locale)}</dd>
            </div>
            <div>
              <dt>{i18n._({ id: "home.load", message: "Encoding in use" })}</dt>
              <dd>{capacity ? `${Math.round((used / capacity) * 100)} %` : "–"}</dd>
            </div>
            <div>
              <dt>ffmpeg</dt>
              <dd>
                {ffmpeg
                  ? i18n._({ id: "home.ffmpeg.yes", message: "found" })
                  : i18n._({ id: "home.ffmpeg.no", message: "missing" })}
              </dd>
            </div>
          </dl>
        )}
      </Loaded>
    </Section>
  );
}

function Newest() {
  const query = useQuery({
    queryKey: ["audit", "newest"],
    queryFn: ({ signal }) => call("GET /api/v1/admin/audit", { query: { limit: NEWEST } }, signal),
  });
  return (
    <Section title={i18n._({ id: "home.newest", message: "Lately" })}>
      <Loaded query={query} lines={4}>
        {({ entries }) => (
          <>
            {entries.length === 0 && (
              <p className="text-[15px] text-fg-2">{i18n._({ id: "audit.none", message: "Nothing yet." })}</p>
            )}
            <ol className="rows">
              {entries.map((entry) => (
                <li key={entry.id} className="py-2!">
                  <p className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-2 text-sm wrap-anywhere">
                    <Deed entry={entry} />
                  </p>
                  <time className="text-[13px] text-fg-3" dateTime={entry.at}>
                    {new Date(entry.at).toLocaleString(i18n.locale, {
                      dateStyle: "short",
                      timeStyle: "short",
                    })}
                  </time>
                </li>
              ))}
            </ol>
            <Link href="/admin/log" className="link mt-4 inline-flex min-h-9 items-center text-sm">
              {i18n._({ id: "home.all", message: "Everything that was done" })}
            </Link>
          </>
        )}
      </Loaded>
    </Section>
  );
}
