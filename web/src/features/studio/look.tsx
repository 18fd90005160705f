import { i18n } from "@lingui/core";
import { call } from "@/api/client";
import type { Profile } from "@/api/schema";
import { AccentField } from "@/ui/forms/accent-field";
import { Form, Submit } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { useProfile, useRefresh } from "./queries";

/** The colour of a channel's pages. */
export function Look({ channel }: { channel: string }) {
  const profile = useProfile(channel);
  return (
    <Section
      title={i18n._({ id: "look.title", message: "Colour of the channel" })}
      lead={i18n._({ id: "look.lead", message: "Links, buttons and backgrounds of your page take it up." })}
    >
      <Loaded query={profile} lines={8}>
        {(known) => <Fields channel={channel} profile={known} />}
      </Loaded>
    </Section>
  );
}

function Fields({ channel, profile }: { channel: string; profile: Profile }) {
  const refresh = useRefresh();
  return (
    <Form
      onSubmit={async ({ accent = "" }) => {
        const body = { accent: accent || null };
        await call("PATCH /api/v1/channels/{name}", { path: { name: channel }, body });
        await Promise.all([refresh("profile", channel), refresh("watched", channel), refresh("channel")]);
      }}
    >
      <AccentField name="accent" value={profile.accent} title={profile.name ?? channel} />
      <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
        {i18n._({ id: "form.save", message: "Save" })}
      </Submit>
    </Form>
  );
}
