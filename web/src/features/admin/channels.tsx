import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { SiteChannel } from "@/api/schema";
import { ActionButton } from "@/ui/forms/action-button";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { Link } from "@/ui/navigation";

const KEY = ["site-channels"];

interface ChannelsProps {
  /** Whether they may delete what others own. */
  mayRemove: boolean;
}

/** Every channel of the site, hidden ones too. */
export function Channels({ mayRemove }: ChannelsProps) {
  const [q, setQ] = useState("");
  const query = useQuery({
    queryKey: [...KEY, q],
    queryFn: ({ signal }) => call("GET /api/v1/admin/channels", { query: { q: q || undefined } }, signal),
  });
  return (
    <Section
      title={i18n._({ id: "channels.title", message: "Channels" })}
      lead={i18n._({
        id: "channels.lead",
        message: "Hidden ones stand in no list; who has the address still gets there.",
      })}
    >
      <Form
        label={i18n._({ id: "channels.search", message: "Find channels" })}
        className="mb-5 flex flex-col gap-3 border-b border-line pb-5 sm:flex-row sm:items-end"
        onSubmit={async (values) => setQ(values.q?.trim() ?? "")}
      >
        <div className="flex-1">
          <TextField
            name="q"
            label={i18n._({ id: "channels.search.text", message: "Part of the name" })}
            required={false}
            maxLength={60}
            autoComplete="off"
          />
        </div>
        <Submit>{i18n._({ id: "channels.search.submit", message: "Find" })}</Submit>
      </Form>
      <Loaded query={query} lines={4}>
        {({ channels, more }) => (
          <>
            <ul className="rows" data-part="site-channels">
              {channels.map((channel) => (
                <Row key={channel.id} channel={channel} mayRemove={mayRemove} />
              ))}
            </ul>
            {channels.length === 0 && (
              <p className="text-[15px] text-fg-2">
                {i18n._({ id: "channels.none", message: "No channel is called so." })}
              </p>
            )}
            {more && (
              <p className="mt-4 text-sm text-fg-2">
                {i18n._({ id: "channels.more", message: "There are more: type a part of the name." })}
              </p>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Row({ channel, mayRemove }: { channel: SiteChannel; mayRemove: boolean }) {
  const { slug, name, is_primary, hidden, locked_at } = channel;
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  const path = { name: slug };
  return (
    <li>
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-baseline gap-2">
          <Link
            href={is_primary ? "/" : `/@${encodeURIComponent(slug)}`}
            className="link font-semibold wrap-anywhere"
          >
            {name}
          </Link>
          {is_primary && (
            <span className="tag">{i18n._({ id: "channels.primary", message: "Primary" })}</span>
          )}
          {hidden && (
            <span className="tag" data-kind="warn">
              {i18n._({ id: "channels.hidden", message: "Hidden" })}
            </span>
          )}
          {locked_at && (
            <span className="tag" data-kind="bad">
              {i18n._({ id: "channels.locked", message: "Locked" })}
            </span>
          )}
        </p>
        <p className="text-[13px] text-fg-2">@{slug}</p>
      </div>
      <ActionButton
        kind="quiet"
        about={name}
        act={async () => {
          await call("PUT /api/v1/channels/{name}/visibility", { path, body: { hidden: !hidden } });
          await refresh();
        }}
      >
        {hidden
          ? i18n._({ id: "channels.show", message: "Show in lists" })
          : i18n._({ id: "channels.hide", message: "Hide" })}
      </ActionButton>
      {!is_primary && mayRemove && (
        <ActionButton
          kind="danger"
          about={name}
          confirm={{
            title: i18n._({
              id: "channels.remove.title",
              message: "Delete the channel “{name}”?",
              values: { name },
            }),
            detail: i18n._({
              id: "channels.remove.detail",
              message:
                "Everything that is its own goes with it: texts, schedule, chat, broadcasts. This cannot be undone.",
            }),
            yes: i18n._({ id: "channels.remove.yes", message: "Delete it" }),
          }}
          act={async () => {
            await call("DELETE /api/v1/channels/{name}", { path });
            await refresh();
          }}
        >
          {i18n._({ id: "channels.remove", message: "Delete" })}
        </ActionButton>
      )}
    </li>
  );
}
