import { i18n } from "@lingui/core";
import type { Settings } from "@/api/schema";
import { useChangeSettings, useSettings } from "@/api/settings";
import { tagsOf } from "@/lib/tags";
import { Checkbox } from "@/ui/forms/fields";
import { Form, Save } from "@/ui/forms/form";
import { LanguageField, TagsField } from "@/ui/forms/known-fields";
import { LinkRows, linksOf, useLinkRows } from "@/ui/forms/links";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";

/** How the site is found, and what it shows of itself. */
export function General() {
  const query = useSettings();
  return (
    <Loaded query={query} lines={10}>
      {(settings) => <Fields settings={settings} />}
    </Loaded>
  );
}

function Fields({ settings }: { settings: Settings }) {
  const change = useChangeSettings();
  const rows = useLinkRows(settings.links ?? []);
  return (
    <Section title={i18n._({ id: "general.title", message: "Being found" })}>
      <Form
        className="flex flex-col gap-5"
        onSubmit={(values) =>
          change({
            searchable: values.searchable !== undefined,
            hides_viewers: values.hides_viewers !== undefined,
            tags: tagsOf(values.tags ?? ""),
            language: values.language?.trim() || null,
            links: linksOf(values, rows.ids),
          })
        }
      >
        <Checkbox
          name="searchable"
          label={i18n._({ id: "general.searchable", message: "Search engines may list the site" })}
          hint={i18n._({
            id: "general.searchable.hint",
            message: "Those that keep to robots.txt do as it says here.",
          })}
          defaultChecked={settings.searchable}
        />
        <Checkbox
          name="hides_viewers"
          label={i18n._({ id: "general.hides-viewers", message: "Hide how many watch" })}
          hint={i18n._({
            id: "general.hides-viewers.hint",
            message: "Viewers and programs see no count; those who work on a channel see it under Health.",
          })}
          defaultChecked={settings.hides_viewers}
        />
        <TagsField
          label={i18n._({ id: "general.tags", message: "What the site is about" })}
          tags={settings.tags}
        />
        <LanguageField
          label={i18n._({ id: "general.language", message: "Language of the site’s own words" })}
          hint={i18n._({ id: "general.language.hint", message: "As en, de or pt-BR." })}
          value={settings.language}
        />
        <LinkRows rows={rows} />
        <Save />
      </Form>
    </Section>
  );
}
