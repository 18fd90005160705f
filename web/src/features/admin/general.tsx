import { i18n } from "@lingui/core";
import type { Settings } from "@/api/schema";
import { Checkbox, TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { LinkRows, linksOf, useLinkRows } from "@/ui/forms/links";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { useChange, useSettings } from "./settings";

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
  const change = useChange();
  const rows = useLinkRows(settings.links ?? []);
  return (
    <Section title={i18n._({ id: "general.title", message: "Being found" })}>
      <Form
        className="flex flex-col gap-5"
        onSubmit={(values) =>
          change({
            searchable: values.searchable !== undefined,
            hides_viewers: values.hides_viewers !== undefined,
            tags: (values.tags ?? "")
              .split(",")
              .map((tag) => tag.trim())
              .filter(Boolean),
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
        <TextField
          name="tags"
          label={i18n._({ id: "general.tags", message: "What the site is about" })}
          hint={i18n._({ id: "on-now.tags.hint", message: "At most ten, with commas between them." })}
          defaultValue={settings.tags?.join(", ")}
          optional
          autoComplete="off"
          dir="auto"
        />
        <TextField
          name="language"
          label={i18n._({ id: "general.language", message: "Language of the site’s own words" })}
          hint={i18n._({ id: "general.language.hint", message: "As en, de or pt-BR." })}
          defaultValue={settings.language ?? ""}
          optional
          maxLength={35}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <LinkRows rows={rows} />
        <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
          {i18n._({ id: "form.save", message: "Save" })}
        </Submit>
      </Form>
    </Section>
  );
}
