import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { FoundMessage } from "@/api/schema";
import { ActionButton } from "@/ui/forms/action-button";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { useRefresh } from "./queries";

/** What was said, found by its words, those that were taken away among it. */
export function MessageSearch({ channel }: { channel: string }) {
  const [q, setQ] = useState("");
  const query = useQuery({
    queryKey: ["chat-search", channel, q],
    queryFn: ({ signal }) => {
      const input = { path: { name: channel }, query: { q: q || undefined, limit: 50 } };
      return call("GET /api/v1/channels/{name}/chat/search", input, signal);
    },
  });
  return (
    <Section title={i18n._({ id: "messages.title", message: "Messages" })}>
      <Form
        label={i18n._({ id: "messages.search", message: "Find messages" })}
        className="mb-5 flex flex-col gap-3 sm:flex-row sm:items-end"
        onSubmit={async (values) => setQ(values.q?.trim() ?? "")}
      >
        <div className="flex-1">
          <TextField
            name="q"
            label={i18n._({ id: "messages.words", message: "Text to look for" })}
            required={false}
            maxLength={200}
            autoComplete="off"
            dir="auto"
          />
        </div>
        <Submit>{i18n._({ id: "messages.find", message: "Find" })}</Submit>
      </Form>
      <Loaded query={query} lines={4}>
        {({ messages }) =>
          messages.length === 0 ? (
            <p className="text-[15px] text-fg-2">
              {i18n._({ id: "messages.none", message: "There are none." })}
            </p>
          ) : (
            <ul className="rows" data-part="found-messages">
              {messages.map((found) => (
                <Row key={found.seq} channel={channel} found={found} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Section>
  );
}

function Row({ channel, found: { at, hidden, message } }: { channel: string; found: FoundMessage }) {
  const refresh = useRefresh();
  return (
    <li>
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-baseline gap-x-2 text-[13px] text-fg-2">
          <bdi className="font-semibold text-fg">{message.author.name}</bdi>
          <time dateTime={at}>
            {new Date(at).toLocaleString(i18n.locale, { dateStyle: "short", timeStyle: "short" })}
          </time>
          {hidden && <span className="tag">{i18n._({ id: "messages.hidden", message: "taken away" })}</span>}
        </p>
        <p className="text-[15px] wrap-anywhere" dir="auto">
          {message.text}
        </p>
      </div>
      {!hidden && (
        <ActionButton
          kind="danger"
          about={message.author.name}
          act={async () => {
            await call("POST /api/v1/channels/{name}/chat/actions", {
              path: { name: channel },
              body: { action: "delete", messages: [message.id], reason: "" },
            });
            await Promise.all([refresh("chat-search", channel), refresh("chat-actions", channel)]);
          }}
        >
          {i18n._({ id: "messages.delete", message: "Delete" })}
        </ActionButton>
      )}
    </li>
  );
}
