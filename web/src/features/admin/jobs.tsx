import { i18n } from "@lingui/core";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { Page_ParkedJob, ParkedJob } from "@/api/schema";
import { Button } from "@/ui/button";
import { ActionButton } from "@/ui/forms/action-button";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { wordsFor } from "@/ui/forms/problem-words";
import { Section } from "@/ui/forms/section";

const KEY = ["parked-jobs"];
const LOOK_MS = 5_000;

/** What the server does later: how much waits, and what it gave up. */
export function Jobs() {
  const figures = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/jobs", {}, signal),
    refetchInterval: LOOK_MS,
  });
  return (
    <>
      <Section
        title={i18n._({ id: "jobs.title", message: "Work for later" })}
        lead={i18n._({
          id: "jobs.lead",
          message: "Mails, webhooks and whatever else may have to be tried again.",
        })}
      >
        <Loaded query={figures} lines={3}>
          {({ kinds }) =>
            kinds.length === 0 ? (
              <p className="text-[15px] text-fg-2">
                {i18n._({ id: "jobs.none", message: "Nothing waits." })}
              </p>
            ) : (
              <div className="wide-table">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{i18n._({ id: "jobs.kind", message: "Kind" })}</th>
                      <th scope="col">{i18n._({ id: "jobs.waiting", message: "Waiting" })}</th>
                      <th scope="col">{i18n._({ id: "jobs.running", message: "Running" })}</th>
                      <th scope="col">{i18n._({ id: "jobs.parked", message: "Given up" })}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {kinds.map(({ kind, waiting, running, parked }) => (
                      <tr key={kind}>
                        <td className="mono">{kind}</td>
                        <td data-number="">{waiting}</td>
                        <td data-number="">{running}</td>
                        <td data-number="">{parked}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )
          }
        </Loaded>
      </Section>
      <Parked />
    </>
  );
}

function Parked() {
  const query = useInfiniteQuery({
    queryKey: [...KEY, "list"],
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/v1/jobs/parked", { query: { cursor: pageParam, limit: 50 } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page_ParkedJob) => page.next ?? undefined,
  });
  const jobs = query.data?.pages.flatMap((page) => page.items);
  return (
    <Section title={i18n._({ id: "parked.title", message: "Given up" })}>
      {query.error && <Notice kind="error">{wordsFor(query.error)}</Notice>}
      {query.isPending && <div className="skeleton h-24" />}
      {jobs?.length === 0 && (
        <p className="text-[15px] text-fg-2">
          {i18n._({ id: "parked.none", message: "Nothing was given up." })}
        </p>
      )}
      <ul className="rows">
        {jobs?.map((job) => (
          <Job key={job.id} job={job} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button className="mt-5" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {i18n._({ id: "page.more", message: "Show more" })}
        </Button>
      )}
    </Section>
  );
}

function Job({ job: { id, kind, reason, attempts, parked_at } }: { job: ParkedJob }) {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  return (
    <li>
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-baseline gap-2">
          <span className="mono font-semibold">{kind}</span>
          <time className="text-[13px] text-fg-3" dateTime={parked_at}>
            {new Date(parked_at).toLocaleString(i18n.locale, { dateStyle: "medium", timeStyle: "short" })}
          </time>
        </p>
        <p className="text-sm text-fg-2 wrap-anywhere">{reason}</p>
        <p className="text-[13px] text-fg-3">
          {i18n._({
            id: "deliveries.attempts",
            message: "{count, plural, one {# attempt} other {# attempts}}",
            values: { count: attempts },
          })}
        </p>
      </div>
      <ActionButton
        about={kind}
        act={async () => {
          await call("POST /api/v1/jobs/parked/{id}/retry", { path: { id } });
          await refresh();
        }}
      >
        {i18n._({ id: "parked.retry", message: "Try again" })}
      </ActionButton>
      <ActionButton
        kind="danger"
        about={kind}
        act={async () => {
          await call("DELETE /api/v1/jobs/parked/{id}", { path: { id } });
          await refresh();
        }}
      >
        {i18n._({ id: "parked.forget", message: "Forget it" })}
      </ActionButton>
    </li>
  );
}
