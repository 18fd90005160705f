import { i18n } from "@lingui/core";
import type { Settings } from "@/api/schema";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { useChange, useSettings } from "./settings";

/** What holds in every chat of the site. */
export function ChatKeeping() {
  const query = useSettings();
  return (
    <Section
      title={i18n._({ id: "keeping.title", message: "Every chat" })}
      lead={i18n._({ id: "keeping.lead", message: "Each channel has rules of its own in its studio." })}
    >
      <Loaded query={query} lines={3}>
        {(settings) => <Fields settings={settings} />}
      </Loaded>
    </Section>
  );
}

function Fields({ settings }: { settings: Settings }) {
  const change = useChange();
  return (
    <Form onSubmit={({ kept_days = "" }) => change({ chat: { kept_days: Number(kept_days) } })}>
      <TextField
        name="kept_days"
        type="number"
        label={i18n._({ id: "keeping.days", message: "Days for which what was said is kept" })}
        hint={i18n._({ id: "keeping.days.hint", message: "0 keeps it for ever." })}
        defaultValue={settings.chat?.kept_days}
        min={0}
        max={3650}
        title={i18n._({ id: "form.range", message: "{min} to {max}.", values: { min: 0, max: 3650 } })}
        className="input max-w-32"
      />
      <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
        {i18n._({ id: "form.save", message: "Save" })}
      </Submit>
    </Form>
  );
}
