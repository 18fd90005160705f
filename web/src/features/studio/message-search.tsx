import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { FoundMessage } from "@/api/schema";
import { ActionButton } from "@/ui/forms/action-button";
import { FindForm } from "@/ui/forms/find-form";
import { Loaded } from "@/ui/forms/loaded";
import { Rows } from "@/ui/forms/rows";
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
      <FindForm
        label={i18n._({ id: "messages.search", message: "Find messages" })}
        text={i18n._({ id: "messages.words", message: "Text to look for" })}
        maxLength={200}
        onFind={setQ}
      />
      <Loaded query={query} lines={4}>
        {({ messages }) => (
          <Rows
            items={messages}
            none={i18n._({ id: "messages.none", message: "There are none." })}
            part="found-messages"
          >
            {(found) => <Row key={found.seq} channel={channel} found={found} />}
          </Rows>
        )}
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
