import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { Coming } from "@/api/schema";
import { formatLeft, formatWhen } from "@/lib/when";
import { Button } from "@/ui/button";
import { ActionButton } from "@/ui/forms/action-button";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Rows } from "@/ui/forms/rows";
import { Section } from "@/ui/forms/section";
import { Link } from "@/ui/navigation";
import { PlanForm } from "./plan-form";
import { useOccurrences, useRefresh } from "./queries";

/** What is planned on a channel, and the way to plan more. */
export function Schedule({ channel, now }: { channel: string; now(): number }) {
  const occurrences = useOccurrences(channel);
  const refresh = useRefresh();
  const [edited, setEdited] = useState<string | null>(null);
  return (
    <>
      <Section
        title={i18n._({ id: "plan.new", message: "Plan a stream" })}
        lead={i18n._({
          id: "plan.new.lead",
          message:
            "Viewers see it on your page, in their calendars and as a countdown while you are offline.",
        })}
      >
        <PlanForm
          onSave={async (body) => {
            await call("POST /api/v1/channels/{name}/schedule", { path: { name: channel }, body });
            await refresh("schedule", channel);
          }}
        />
      </Section>
      <Section
        title={i18n._({ id: "plan.coming", message: "Coming streams" })}
        lead={i18n._({ id: "plan.coming.lead", message: "Of the next 100 days." })}
      >
        <Loaded query={occurrences} lines={5}>
          {(known) => (
            <Rows
              items={known}
              none={i18n._({ id: "plan.none", message: "Nothing is planned." })}
              part="planned"
            >
              {(coming) => {
                const key = `${coming.stream} ${coming.occurrence}`;
                return (
                  <Row
                    key={key}
                    channel={channel}
                    coming={coming}
                    now={now()}
                    open={edited === key}
                    onOpen={(open) => setEdited(open ? key : null)}
                  />
                );
              }}
            </Rows>
          )}
        </Loaded>
      </Section>
    </>
  );
}

interface RowProps {
  channel: string;
  coming: Coming;
  now: number;
  open: boolean;
  onOpen(open: boolean): void;
}

function Row({ channel, coming, now, open, onOpen }: RowProps) {
  const when = formatWhen(coming.starts_at, now, i18n.locale);
  const left = formatLeft(coming.starts_at, now, i18n.locale);
  return (
    <li>
      <div className="min-w-0 flex-1 basis-60">
        <Link
          href={coming.url}
          className={`block font-semibold wrap-anywhere hover:underline ${coming.state === "cancelled" ? "text-fg-2 line-through" : ""}`}
          dir="auto"
        >
          {coming.title}
        </Link>
        <p className="text-sm text-fg-2">
          <time dateTime={coming.starts_at}>{when}</time>
          {left && ` · ${i18n._({ id: "next.in-words", message: "in {left}", values: { left } })}`}
        </p>
      </div>
      <StateTag state={coming.state} />
      <Button aria-expanded={open} onClick={() => onOpen(!open)}>
        {i18n._({ id: "plan.change", message: "Change" })}
        <span className="visually-hidden">
          {" "}
          {coming.title}, {when}
        </span>
      </Button>
      {open && <Editor channel={channel} coming={coming} onDone={() => onOpen(false)} />}
    </li>
  );
}

function StateTag({ state }: Pick<Coming, "state">) {
  if (state === "planned") return null;
  return (
    <span className="tag" data-kind={state === "cancelled" ? "bad" : "warn"}>
      {state === "cancelled"
        ? i18n._({ id: "schedule.cancelled", message: "Cancelled" })
        : i18n._({ id: "schedule.moved", message: "Moved" })}
    </span>
  );
}

interface EditorProps {
  channel: string;
  coming: Coming;
  onDone(): void;
}

/** One time that a stream happens, and below it the stream with all of its times. */
function Editor({ channel, coming, onDone }: EditorProps) {
  const refresh = useRefresh();
  const path = { name: channel, stream: coming.stream };
  const stream = useQuery({
    queryKey: ["planned", coming.stream],
    queryFn: ({ signal }) => call("GET /api/v1/channels/{name}/schedule/{stream}", { path }, signal),
  });
  const changed = async () => {
    await Promise.all([refresh("planned", coming.stream), refresh("schedule", channel)]);
  };
  return (
    <div className="flex w-full flex-col gap-6 rounded-card border border-line p-4 sm:p-5">
      <Loaded query={stream} lines={8}>
        {(known) => (
          <>
            {known.rrule && <OneTime channel={channel} coming={coming} onChanged={changed} />}
            <div>
              <h3 className="mb-4 text-[15px] font-semibold">
                {known.rrule
                  ? i18n._({ id: "plan.all-times", message: "All times" })
                  : i18n._({ id: "plan.this-stream", message: "This stream" })}
              </h3>
              <PlanForm
                stream={known}
                onSave={async (body) => {
                  await call("PATCH /api/v1/channels/{name}/schedule/{stream}", { path, body });
                  await changed();
                  onDone();
                }}
              />
            </div>
            <div className="flex flex-wrap gap-3 border-t border-line pt-4">
              <ActionButton
                act={async () => {
                  const state = known.state === "cancelled" ? "planned" : "cancelled";
                  const body = { state } as const;
                  await call("PATCH /api/v1/channels/{name}/schedule/{stream}", { path, body });
                  await changed();
                }}
              >
                {known.state === "cancelled"
                  ? i18n._({ id: "plan.uncancel", message: "It happens after all" })
                  : i18n._({ id: "plan.cancel-all", message: "Cancel, visibly" })}
              </ActionButton>
              <ActionButton
                kind="danger"
                act={async () => {
                  await call("DELETE /api/v1/channels/{name}/schedule/{stream}", { path });
                  await refresh("schedule", channel);
                }}
                confirm={{
                  title: i18n._({ id: "plan.remove.title", message: "Take it off the schedule?" }),
                  detail: i18n._({
                    id: "plan.remove.detail",
                    message:
                      "It disappears with its past and its page. Cancel it instead, and people see that it is off.",
                  }),
                  yes: i18n._({ id: "plan.remove.yes", message: "Take it off" }),
                }}
              >
                {i18n._({ id: "plan.remove", message: "Take it off" })}
              </ActionButton>
            </div>
          </>
        )}
      </Loaded>
    </div>
  );
}

interface OneTimeProps {
  channel: string;
  coming: Coming;
  onChanged(): Promise<void>;
}

/** This time alone: called off, put at another time, or as the rule says again. */
function OneTime({ channel, coming, onChanged }: OneTimeProps) {
  const path = { name: channel, stream: coming.stream, occurrence: coming.occurrence };
  const CALL = "PUT /api/v1/channels/{name}/schedule/{stream}/occurrences/{occurrence}";
  return (
    <div className="flex flex-col gap-4">
      <h3 className="text-[15px] font-semibold">
        {i18n._({ id: "plan.this-time", message: "This time alone" })}
      </h3>
      <Form
        onSubmit={async ({ moved_to = "" }) => {
          await call(CALL, { path, body: { state: "moved", starts_at: moved_to } });
          await onChanged();
        }}
      >
        <TextField
          name="moved_to"
          type="datetime-local"
          label={i18n._({
            id: "plan.move-to",
            message: "Move it to, by the clocks of {zone}",
            values: { zone: coming.time_zone.replaceAll("_", " ") },
          })}
          defaultValue={coming.local_start.slice(0, 16)}
        />
        <Submit>{i18n._({ id: "plan.move", message: "Move it" })}</Submit>
      </Form>
      <div className="flex flex-wrap gap-3">
        {coming.state !== "cancelled" && (
          <ActionButton
            act={async () => {
              await call(CALL, { path, body: { state: "cancelled" } });
              await onChanged();
            }}
          >
            {i18n._({ id: "plan.cancel-once", message: "Cancel this time" })}
          </ActionButton>
        )}
        {coming.state !== "planned" && (
          <ActionButton
            act={async () => {
              await call("DELETE /api/v1/channels/{name}/schedule/{stream}/occurrences/{occurrence}", {
                path,
              });
              await onChanged();
            }}
          >
            {i18n._({ id: "plan.restore", message: "As planned again" })}
          </ActionButton>
        )}
      </div>
    </div>
  );
}
