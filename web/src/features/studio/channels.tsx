import { i18n } from "@lingui/core";
import { useId } from "react";
import { call } from "@/api/client";
import type { OwnChannel } from "@/api/schema";
import { Avatar } from "@/ui/avatar";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { SlugField } from "@/ui/forms/known-fields";
import { Link } from "@/ui/navigation";
import { useRefresh } from "./queries";

export function studioPath(slug: string, part = ""): string {
  return `/studio/${encodeURIComponent(slug)}${part && `/${part}`}`;
}

/** The channels that somebody works on. */
export function ChannelList({ channels }: { channels: OwnChannel[] }) {
  return (
    <ul className="grid gap-3 sm:grid-cols-2">
      {channels.map(({ id, slug, name }) => (
        <li key={id}>
          <Link href={studioPath(slug)} className="card flex items-center gap-4 p-4 hover:bg-s2">
            <Avatar name={name} seed={slug} />
            <span className="min-w-0">
              <span className="block truncate font-semibold" dir="auto">
                {name}
              </span>
              <span className="block truncate text-sm text-fg-2">@{slug}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Makes a channel. Who may, the server decides. */
export function NewChannel({ onMade }: { onMade(slug: string): void }) {
  const refresh = useRefresh();
  const heading = useId();
  return (
    <section className="section" aria-labelledby={heading}>
      <h2 id={heading} className="mb-4">
        {i18n._({ id: "new-channel.title", message: "New channel" })}
      </h2>
      <Form
        fields={{ conflict: "slug" }}
        onSubmit={async ({ slug = "", name = "" }) => {
          const body = { slug: slug.trim(), name: name.trim() || null };
          const made = await call("POST /api/v1/channels", { body });
          await refresh("own-channels");
          onMade(made.slug);
        }}
      >
        <SlugField
          label={i18n._({ id: "new-channel.slug", message: "Name in addresses" })}
          hint={i18n._({
            id: "new-channel.slug.hint",
            message: "Small letters, digits and dashes. The channel is at {address}.",
            values: { address: `${location.host}/@…` },
          })}
        />
        <TextField
          name="name"
          label={i18n._({ id: "new-channel.name", message: "Name on pages" })}
          optional
          maxLength={60}
          autoComplete="off"
          dir="auto"
        />
        <Submit>{i18n._({ id: "new-channel.submit", message: "Make the channel" })}</Submit>
      </Form>
    </section>
  );
}
