import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { DeliveryDocument, EventKind, WebhookDocument } from "@/api/schema";
import { Button } from "@/ui/button";
import { ActionButton } from "@/ui/forms/action-button";
import { ShownOnce } from "@/ui/forms/copy";
import { Form, Submit } from "@/ui/forms/form";
import { AddressField } from "@/ui/forms/known-fields";
import { Loaded } from "@/ui/forms/loaded";
import { RemoveButton } from "@/ui/forms/remove-button";
import { Rows } from "@/ui/forms/rows";
import { Section } from "@/ui/forms/section";
import { CheckGroup, ticked } from "@/ui/forms/ticks";

const KEY = ["webhooks"];
/** How often it is looked what became of deliveries while they are shown. */
const LOOK_MS = 3_000;

function events(): [EventKind, string][] {
  return [
    ["STREAM_STARTED", i18n._({ id: "event.started", message: "A stream began" })],
    ["STREAM_STOPPED", i18n._({ id: "event.stopped", message: "A stream ended" })],
    ["STREAM_TITLE_UPDATED", i18n._({ id: "event.title", message: "Another title" })],
    ["CHAT", i18n._({ id: "event.chat", message: "Something was said in chat" })],
    ["USER_JOINED", i18n._({ id: "event.joined", message: "Somebody came into chat" })],
    ["USER_PARTED", i18n._({ id: "event.parted", message: "Somebody left chat" })],
    ["NAME_CHANGE", i18n._({ id: "event.name", message: "Somebody took another name" })],
    ["VISIBILITY-UPDATE", i18n._({ id: "event.visibility", message: "Messages were hidden or shown" })],
  ];
}

function eventWords(kind: EventKind): string {
  return events().find(([it]) => it === kind)?.[1] ?? kind;
}

/** Where news is sent, what became of it, and how to send it once more. */
export function Webhooks() {
  const queries = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/webhooks", {}, signal),
  });
  return (
    <Section
      title={i18n._({ id: "webhooks.title", message: "Webhooks" })}
      lead={i18n._({
        id: "webhooks.lead",
        message:
          "Programs that are told by HTTP what happens on the primary channel. Every delivery is signed.",
      })}
    >
      <Loaded query={query} lines={3}>
        {(webhooks) => (
          <Rows
            items={webhooks}
            none={i18n._({ id: "webhooks.none", message: "There are none." })}
            part="webhooks"
          >
            {(webhook) => <Row key={webhook.number} webhook={webhook} onRemoved={refresh} />}
          </Rows>
        )}
      </Loaded>
      {secret && (
        <ShownOnce
          label={i18n._({
            id: "webhooks.secret",
            message: "What its deliveries are signed with. It is shown only now.",
          })}
          text={secret}
        />
      )}
      <Form
        clears
        label={i18n._({ id: "webhooks.new", message: "New webhook" })}
        className="mt-5 flex flex-col gap-4 border-t border-line pt-5"
        onSubmit={async ({ url = "", ...values }) => {
          const body = { url: url.trim(), events: ticked(values, events()) };
          const made = await call("POST /api/v1/webhooks", { body });
          setSecret(made.secret);
          await refresh();
        }}
      >
        <AddressField
          name="url"
          label={i18n._({ id: "webhooks.url", message: "Where to send to" })}
          maxLength={2000}
        />
        <CheckGroup
          label={i18n._({ id: "webhooks.events", message: "What it is told of" })}
          choices={events()}
          className="grid gap-3 sm:grid-cols-2"
        />
        <Submit>{i18n._({ id: "webhooks.submit", message: "Make the webhook" })}</Submit>
      </Form>
    </Section>
  );
}

function Row({
  webhook: { number, url, events: told },
  onRemoved,
}: {
  webhook: WebhookDocument;
  onRemoved(): Promise<unknown>;
}) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <div className="min-w-0 flex-1 basis-56">
        <p className="mono wrap-anywhere">{url}</p>
        <p className="text-[13px] text-fg-2">{told.map(eventWords).join(" · ")}</p>
      </div>
      <Button kind="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
        {i18n._({ id: "webhooks.deliveries", message: "Deliveries" })}
        <span className="visually-hidden"> {url}</span>
      </Button>
      <RemoveButton
        about={url}
        confirm={{
          title: i18n._({ id: "webhooks.remove.title", message: "Remove this webhook?" }),
          detail: i18n._({
            id: "webhooks.remove.detail",
            message: "Nothing is sent there any more, and its deliveries are forgotten.",
          }),
        }}
        act={async () => {
          await call("DELETE /api/v1/webhooks/{number}", { path: { number: String(number) } });
          await onRemoved();
        }}
      />
      {open && <Deliveries number={number} />}
    </li>
  );
}

function Deliveries({ number }: { number: number }) {
  const path = { number: String(number) };
  const query = useQuery({
    queryKey: [...KEY, number],
    queryFn: ({ signal }) => call("GET /api/v1/webhooks/{number}/deliveries", { path }, signal),
    refetchInterval: LOOK_MS,
  });
  return (
    <div className="basis-full rounded-card bg-s0 p-4" data-part="deliveries">
      <Loaded query={query} lines={2}>
        {(deliveries) => (
          <>
            {deliveries.length === 0 && (
              <p className="text-sm text-fg-2">
                {i18n._({ id: "deliveries.none", message: "Nothing was sent there yet." })}
              </p>
            )}
            <ol className="rows">
              {deliveries.map((delivery) => (
                <Delivery
                  key={delivery.id}
                  delivery={delivery}
                  number={number}
                  onSent={() => query.refetch()}
                />
              ))}
            </ol>
          </>
        )}
      </Loaded>
    </div>
  );
}

interface DeliveryProps {
  delivery: DeliveryDocument;
  number: number;
  onSent(): Promise<unknown>;
}

function Delivery({ delivery, number, onSent }: DeliveryProps) {
  const { id, event, created_at, status, failure, attempts, body, is_done } = delivery;
  const good = status !== null && status >= 200 && status < 300;
  return (
    <li className="py-2.5!">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1 text-sm">
          <span className="tag" data-kind={good ? "good" : is_done ? "bad" : "warn"}>
            {status ?? (is_done ? "–" : "…")}
          </span>
          <span>{eventWords(event)}</span>
          <time className="text-[13px] text-fg-3" dateTime={created_at}>
            {new Date(created_at).toLocaleString(i18n.locale, { dateStyle: "short", timeStyle: "medium" })}
          </time>
          <span className="text-[13px] text-fg-3">
            {i18n._({
              id: "deliveries.attempts",
              message: "{count, plural, one {# attempt} other {# attempts}}",
              values: { count: attempts },
            })}
          </span>
        </p>
        {failure && <p className="mt-1 text-[13px] text-bad wrap-anywhere">{failure}</p>}
        <details className="mt-1 text-sm">
          <summary className="inline-flex min-h-9 cursor-pointer items-center text-fg-2">
            {i18n._({ id: "deliveries.body", message: "What was sent" })}
          </summary>
          <pre className="mono overflow-x-auto wrap-anywhere whitespace-pre-wrap">{body}</pre>
        </details>
      </div>
      <ActionButton
        kind="quiet"
        about={eventWords(event)}
        act={async () => {
          const path = { number: String(number), id };
          await call("POST /api/v1/webhooks/{number}/deliveries/{id}/redeliver", { path });
          await onSent();
        }}
      >
        {i18n._({ id: "deliveries.again", message: "Send again" })}
      </ActionButton>
    </li>
  );
}
