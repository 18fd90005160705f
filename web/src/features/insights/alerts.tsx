import { i18n } from "@lingui/core";
import type { AlertDocument } from "@/api/schema";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { Section } from "@/ui/forms/section";
import { useAlerts } from "./queries";
import { formatMoment } from "./units";

/** What is too much for the server, and what was. */
export function Alerts() {
  const query = useAlerts();
  return (
    <Section
      title={i18n._({ id: "alerts.title", message: "Alerts" })}
      lead={i18n._({
        id: "alerts.lead",
        message: "They go to the log, too, and to webhooks that listen to them.",
      })}
    >
      <Loaded query={query} lines={4}>
        {({ alerts }) => {
          const standing = alerts.filter(({ cleared_at }) => cleared_at === null);
          const past = alerts.filter(({ cleared_at }) => cleared_at !== null);
          return (
            <div className="flex flex-col gap-3">
              {standing.length === 0 && (
                <Notice kind="done">{i18n._({ id: "alerts.none", message: "All is well." })}</Notice>
              )}
              {standing.map((alert) => (
                <Notice key={alert.id} kind="warning">
                  <Words alert={alert} />
                </Notice>
              ))}
              {past.length > 0 && (
                <details>
                  <summary className="inline-flex min-h-11 cursor-pointer items-center text-[15px] text-fg-2">
                    {i18n._({ id: "alerts.past", message: "What is over" })}
                  </summary>
                  <ol className="rows">
                    {past.map((alert) => (
                      <li key={alert.id}>
                        <Words alert={alert} />
                      </li>
                    ))}
                  </ol>
                </details>
              )}
            </div>
          );
        }}
      </Loaded>
    </Section>
  );
}

function Words({ alert: { sentence, raised_at, cleared_at } }: { alert: AlertDocument }) {
  const since = formatMoment(Date.parse(raised_at));
  const until = cleared_at && formatMoment(Date.parse(cleared_at));
  return (
    <div className="min-w-0">
      <p className="wrap-anywhere">{sentence}</p>
      <p className="text-[13px] text-fg-2 tabular-nums">
        {until
          ? i18n._({ id: "alerts.was", message: "{since} to {until}", values: { since, until } })
          : i18n._({ id: "alerts.since", message: "Since {since}", values: { since } })}
      </p>
    </div>
  );
}
