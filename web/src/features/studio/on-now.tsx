import { i18n } from "@lingui/core";
import { useCategories } from "@/api/categories";
import { call } from "@/api/client";
import type { Profile } from "@/api/schema";
import { tagsOf } from "@/lib/tags";
import { Select, TextField } from "@/ui/forms/fields";
import { Form, Save } from "@/ui/forms/form";
import { TagsField } from "@/ui/forms/known-fields";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { useProfile, useRefresh } from "./queries";

/** What is on now: the words that viewers see change while they watch. */
export function OnNow({ channel }: { channel: string }) {
  const profile = useProfile(channel);
  return (
    <Section
      title={i18n._({ id: "on-now.title", message: "What is on" })}
      lead={i18n._({ id: "on-now.lead", message: "Viewers see changes at once, also in mid-stream." })}
    >
      <Loaded query={profile} lines={8}>
        {(known) => <OnNowForm channel={channel} profile={known} />}
      </Loaded>
    </Section>
  );
}

function OnNowForm({ channel, profile }: { channel: string; profile: Profile }) {
  const { data: categories = [] } = useCategories();
  const refresh = useRefresh();
  return (
    <Form
      onSubmit={async ({ title = "", category = "", tags = "" }) => {
        const changes = { title: title.trim(), category: category || null, tags: tagsOf(tags) };
        await call("PATCH /api/v1/channels/{name}", { path: { name: channel }, body: changes });
        await refresh("profile", channel);
      }}
    >
      <TextField
        name="title"
        label={i18n._({ id: "on-now.name", message: "Title" })}
        defaultValue={profile.title}
        optional
        maxLength={140}
        autoComplete="off"
        dir="auto"
      />
      {categories.length > 0 && (
        <Select
          key={profile.category}
          name="category"
          label={i18n._({ id: "on-now.category", message: "Category" })}
          defaultValue={profile.category ?? ""}
        >
          <option value="">{i18n._({ id: "on-now.category.none", message: "None" })}</option>
          {categories.map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </Select>
      )}
      <TagsField label={i18n._({ id: "on-now.tags", message: "Tags" })} tags={profile.tags} />
      <Save />
    </Form>
  );
}
