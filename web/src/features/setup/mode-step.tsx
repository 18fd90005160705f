import { i18n } from "@lingui/core";
import type { Settings } from "@/api/schema";
import { RadioGroup } from "@/ui/forms/fields";
import { Form } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Next } from "./next";
import { useChangeSite, useSettings } from "./queries";
import type { StepProps } from "./step";

type Purpose = "alone" | "group" | "public";

/** What each purpose means for the settings; all of it can be changed later. */
const MEANS: Record<Purpose, Record<string, unknown>> = {
  alone: { mode: "single", accounts: { registration: "closed" }, channels: { creators: "admins" } },
  group: { mode: "multi", accounts: { registration: "invitation" }, channels: { creators: "approved" } },
  public: { mode: "multi", accounts: { registration: "open" }, channels: { creators: "anyone" } },
};

export function purposeOf({ mode, accounts }: Settings): Purpose {
  if (mode !== "multi") return "alone";
  return accounts?.registration === "open" ? "public" : "group";
}

/** Whether one person streams here, or many. */
export function ModeStep({ onDone }: StepProps) {
  const query = useSettings();
  const change = useChangeSite();
  return (
    <Loaded query={query} lines={8}>
      {(settings) => (
        <Form
          onSubmit={async ({ purpose = "alone" }) => {
            await change(MEANS[purpose as Purpose] ?? MEANS.alone);
            onDone();
          }}
        >
          <RadioGroup
            name="purpose"
            label={i18n._({ id: "setup.purpose", message: "Who streams here?" })}
            value={purposeOf(settings)}
            choices={[
              {
                value: "alone",
                label: i18n._({ id: "setup.purpose.alone", message: "Just me" }),
                hint: i18n._({
                  id: "setup.purpose.alone.hint",
                  message: "One channel; the start page is its page. Viewers chat without an account.",
                }),
              },
              {
                value: "group",
                label: i18n._({ id: "setup.purpose.group", message: "A group" }),
                hint: i18n._({
                  id: "setup.purpose.group.hint",
                  message: "Several channels and a page of all of them. You invite who belongs to it.",
                }),
              },
              {
                value: "public",
                label: i18n._({ id: "setup.purpose.public", message: "Everybody" }),
                hint: i18n._({
                  id: "setup.purpose.public.hint",
                  message: "Whoever comes can make an account and a channel.",
                }),
              },
            ]}
          />
          <Next onSkip={onDone} />
        </Form>
      )}
    </Loaded>
  );
}
