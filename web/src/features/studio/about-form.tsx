import { i18n } from "@lingui/core";
import { call } from "@/api/client";
import type { Profile } from "@/api/schema";
import { Checkbox, TextArea, TextField } from "@/ui/forms/fields";
import { Form, Save, type Values } from "@/ui/forms/form";
import { LanguageField } from "@/ui/forms/known-fields";
import { LinkRows, linksOf, useLinkRows } from "@/ui/forms/links";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { useProfile, useRefresh } from "./queries";

/** Who the channel is. */
export function AboutForm({ channel }: { channel: string }) {
  const profile = useProfile(channel);
  return (
    <Section title={i18n._({ id: "about.title", message: "About the channel" })}>
      <Loaded query={profile} lines={12}>
        {(known) => <Fields channel={channel} profile={known} />}
      </Loaded>
    </Section>
  );
}

function Fields({ channel, profile }: { channel: string; profile: Profile }) {
  const refresh = useRefresh();
  const rows = useLinkRows(profile.links ?? []);
  return (
    <Form
      onSubmit={async (values) => {
        await call("PATCH /api/v1/channels/{name}", {
          path: { name: channel },
          body: changesOf(values, rows.ids),
        });
        await Promise.all([refresh("profile", channel), refresh("own-channels")]);
      }}
    >
      <TextField
        name="name"
        label={i18n._({ id: "about.name", message: "Name" })}
        defaultValue={profile.name}
        maxLength={60}
        autoComplete="off"
        dir="auto"
      />
      <TextArea
        name="description"
        label={i18n._({ id: "about.description", message: "In a few words" })}
        defaultValue={profile.description}
        optional
        maxLength={2000}
        rows={3}
        dir="auto"
      />
      <LanguageField
        label={i18n._({ id: "about.language", message: "Language" })}
        hint={i18n._({ id: "about.language.hint", message: "Of what you say, as en, de or pt-BR." })}
        value={profile.language}
      />
      <Checkbox
        name="mature"
        label={i18n._({ id: "about.mature", message: "Meant for grown-ups" })}
        hint={i18n._({ id: "about.mature.hint", message: "Viewers are told so." })}
        defaultChecked={profile.mature}
      />
      <Checkbox
        name="shows_followers"
        label={i18n._({ id: "about.followers", message: "Show who follows" })}
        hint={i18n._({
          id: "about.followers.hint",
          message:
            "With names and pictures, on the channel’s page. Whoever does not want to be named is left out.",
        })}
        defaultChecked={profile.shows_followers}
      />
      <LinkRows rows={rows} />
      <Save />
    </Form>
  );
}

/** What the form says, as a change of the profile. */
function changesOf(values: Values, links: number[]) {
  return {
    name: values.name?.trim(),
    description: values.description ?? "",
    language: values.language?.trim() || null,
    mature: values.mature !== undefined,
    shows_followers: values.shows_followers !== undefined,
    links: linksOf(values, links),
  };
}
