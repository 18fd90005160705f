import { i18n } from "@lingui/core";
import type { Settings } from "@/api/schema";
import { Checkbox, RadioGroup, TextArea, TextField } from "@/ui/forms/fields";
import { Form, Submit, type Values } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { useChange, useSettings } from "./settings";

/** What the site is, and who may what on it. */
export function SiteForm() {
  const query = useSettings();
  return (
    <Loaded query={query} lines={20}>
      {(settings) => (
        <>
          <Words settings={settings} />
          <Rules settings={settings} />
        </>
      )}
    </Loaded>
  );
}

function Saved() {
  return (
    <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
      {i18n._({ id: "form.save", message: "Save" })}
    </Submit>
  );
}

function Words({ settings }: { settings: Settings }) {
  const change = useChange();
  return (
    <Section title={i18n._({ id: "site.title", message: "The site" })}>
      <Form
        onSubmit={({ name = "", summary = "", welcome = "", about = "" }) =>
          change({ name: name.trim(), summary: summary.trim(), welcome, about })
        }
      >
        <TextField
          name="name"
          label={i18n._({ id: "site.name", message: "Name" })}
          defaultValue={settings.name}
          maxLength={60}
          autoComplete="off"
          dir="auto"
        />
        <TextField
          name="summary"
          label={i18n._({ id: "site.summary", message: "In a sentence" })}
          hint={i18n._({ id: "site.summary.hint", message: "Shown where others link to the site." })}
          defaultValue={settings.summary}
          optional
          maxLength={300}
          autoComplete="off"
          dir="auto"
        />
        <TextArea
          name="welcome"
          label={i18n._({ id: "site.welcome", message: "Welcome" })}
          hint={i18n._({ id: "site.welcome.hint", message: "What new people are told. Markdown." })}
          defaultValue={settings.welcome}
          optional
          dir="auto"
        />
        <TextArea
          name="about"
          label={i18n._({ id: "site.about", message: "About the site" })}
          hint={i18n._({ id: "site.about.hint", message: "Who runs it, and its rules. Markdown." })}
          defaultValue={settings.about}
          optional
          dir="auto"
        />
        <Saved />
      </Form>
    </Section>
  );
}

function Rules({ settings }: { settings: Settings }) {
  const change = useChange();
  return (
    <Section
      title={i18n._({ id: "rules.title", message: "Who may what" })}
      lead={i18n._({ id: "rules.lead", message: "Changes apply at once." })}
    >
      <Form className="flex flex-col gap-6" onSubmit={(values) => change(rulesOf(values))}>
        <RadioGroup
          name="mode"
          label={i18n._({ id: "rules.mode", message: "What the start page shows" })}
          value={settings.mode ?? "single"}
          choices={[
            {
              value: "single",
              label: i18n._({ id: "rules.mode.single", message: "One channel" }),
              hint: i18n._({ id: "rules.mode.single.hint", message: "The site is the channel." }),
            },
            {
              value: "multi",
              label: i18n._({ id: "rules.mode.multi", message: "All channels" }),
              hint: i18n._({ id: "rules.mode.multi.hint", message: "Who is on air, and everybody else." }),
            },
          ]}
        />
        <RadioGroup
          name="registration"
          label={i18n._({ id: "rules.registration", message: "Who may make an account" })}
          value={settings.accounts?.registration ?? "closed"}
          choices={[
            {
              value: "closed",
              label: i18n._({ id: "rules.registration.closed", message: "Nobody" }),
              hint: i18n._({
                id: "rules.registration.closed.hint",
                message: "Those who run the site make accounts.",
              }),
            },
            {
              value: "invitation",
              label: i18n._({ id: "rules.registration.invitation", message: "Who is invited" }),
              hint: i18n._({
                id: "rules.registration.invitation.hint",
                message: "Invitations are made under People.",
              }),
            },
            {
              value: "approval",
              label: i18n._({ id: "rules.registration.approval", message: "Who is approved" }),
              hint: i18n._({
                id: "rules.registration.approval.hint",
                message: "New accounts wait under People until somebody approves them.",
              }),
            },
            {
              value: "open",
              label: i18n._({ id: "rules.registration.open", message: "Anybody" }),
            },
          ]}
        />
        <Checkbox
          name="mail_required"
          label={i18n._({ id: "rules.mail", message: "A new account needs a mail address" })}
          defaultChecked={settings.accounts?.mail_required}
        />
        <RadioGroup
          name="creators"
          label={i18n._({ id: "rules.creators", message: "Who may make channels, beside admins" })}
          value={settings.channels?.creators ?? "admins"}
          choices={[
            { value: "admins", label: i18n._({ id: "rules.creators.admins", message: "Nobody" }) },
            {
              value: "approved",
              label: i18n._({ id: "rules.creators.approved", message: "Who is approved for it" }),
            },
            { value: "anyone", label: i18n._({ id: "rules.creators.anyone", message: "Every account" }) },
          ]}
        />
        <TextField
          name="max_per_account"
          type="number"
          label={i18n._({ id: "rules.max", message: "Channels that one account may own" })}
          defaultValue={settings.channels?.max_per_account}
          min={1}
          max={1000}
          title={i18n._({ id: "rules.max.rule", message: "1 to 1000." })}
          className="input max-w-32"
        />
        <Saved />
      </Form>
    </Section>
  );
}

/** What the form says, as a change of the settings. */
function rulesOf(values: Values): Record<string, unknown> {
  return {
    mode: values.mode,
    accounts: { registration: values.registration, mail_required: values.mail_required !== undefined },
    channels: { creators: values.creators, max_per_account: Number(values.max_per_account) },
  };
}
