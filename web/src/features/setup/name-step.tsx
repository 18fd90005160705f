import { i18n } from "@lingui/core";
import { TextField } from "@/ui/forms/fields";
import { Form } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Next } from "./next";
import { changeChannel, useChangeSite, useSettings } from "./queries";
import type { StepProps } from "./step";

/** What the site is called. */
export function NameStep({ onDone }: StepProps) {
  const query = useSettings();
  const change = useChangeSite();
  return (
    <Loaded query={query} lines={6}>
      {(settings) => (
        <Form
          onSubmit={async ({ name = "", summary = "" }) => {
            const words = { name: name.trim(), summary: summary.trim() };
            await change(words);
            await changeChannel({ name: words.name, description: words.summary });
            onDone();
          }}
        >
          <TextField
            name="name"
            label={i18n._({ id: "setup.name", message: "What is it called?" })}
            hint={i18n._({
              id: "setup.name.hint",
              message: "Your name, or that of your show. It stands at the top of every page.",
            })}
            defaultValue={settings.name}
            maxLength={60}
            autoComplete="off"
            dir="auto"
          />
          <TextField
            name="summary"
            label={i18n._({ id: "setup.summary", message: "What is it about, in a sentence?" })}
            defaultValue={settings.summary}
            optional
            maxLength={300}
            autoComplete="off"
            dir="auto"
          />
          <Next onSkip={onDone} />
        </Form>
      )}
    </Loaded>
  );
}
