import { i18n } from "@lingui/core";
import { useState } from "react";
import type { Extras, Settings } from "@/api/schema";
import { useChangeSettings, useSettings } from "@/api/settings";
import { paint } from "@/lib/accent";
import { AccentField } from "@/ui/forms/accent-field";
import { TextArea } from "@/ui/forms/fields";
import { Form, Save } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { MarkdownPreview } from "@/ui/forms/markdown-preview";
import { Section } from "@/ui/forms/section";
import { useChangeExtras, useExtras } from "./settings";

/** What the site looks like. */
export function Branding() {
  const settings = useSettings();
  const extras = useExtras();
  return (
    <>
      <Section
        title={i18n._({ id: "branding.colour", message: "Colour" })}
        lead={i18n._({
          id: "branding.colour.lead",
          message: "Of every page, and of channels that chose none.",
        })}
      >
        <Loaded query={settings} lines={8}>
          {(known) => <Colour settings={known} />}
        </Loaded>
      </Section>
      <Section
        title={i18n._({ id: "branding.offline", message: "While nothing is on" })}
        lead={i18n._({
          id: "branding.offline.lead",
          message: "What stands there for programs made for Owncast. Markdown.",
        })}
      >
        <Loaded query={extras} lines={4}>
          {(known) => <Offline extras={known} />}
        </Loaded>
      </Section>
      <Section
        title={i18n._({ id: "branding.code", message: "Styles and scripts of your own" })}
        lead={i18n._({
          id: "branding.code.lead",
          message:
            "They apply on pages for viewers and never on these. Whoever can change them can do what viewers can.",
        })}
      >
        <Loaded query={extras} lines={8}>
          {(known) => <Code extras={known} />}
        </Loaded>
      </Section>
    </>
  );
}

function Saved() {
  return <Save />;
}

function Colour({ settings }: { settings: Settings }) {
  const change = useChangeSettings();
  return (
    <Form
      onSubmit={async ({ accent = "" }) => {
        await change({ accent: accent || null });
        paint(accent || null);
      }}
    >
      <AccentField name="accent" value={settings.accent} title={settings.name ?? "Rivulet"} />
      <Saved />
    </Form>
  );
}

function Offline({ extras }: { extras: Extras }) {
  const change = useChangeExtras();
  const [text, setText] = useState(extras.offline_message ?? "");
  return (
    <Form onSubmit={({ offline = "" }) => change({ offline_message: offline })}>
      <TextArea
        name="offline"
        label={i18n._({ id: "branding.offline.text", message: "Text" })}
        defaultValue={extras.offline_message}
        optional
        rows={2}
        dir="auto"
        onChange={({ target }) => setText(target.value)}
      />
      {text.trim() && (
        <div className="rounded-card bg-s0 p-4">
          <MarkdownPreview text={text} />
        </div>
      )}
      <Saved />
    </Form>
  );
}

function Code({ extras }: { extras: Extras }) {
  const change = useChangeExtras();
  return (
    <Form
      onSubmit={({ styles = "", script = "", variables = "" }) =>
        change({
          custom_styles: styles,
          custom_javascript: script,
          appearance: variablesOf(variables),
        })
      }
    >
      <TextArea
        name="variables"
        className="input mono"
        label={i18n._({ id: "branding.variables", message: "Variables" })}
        hint={i18n._({ id: "branding.variables.hint", message: "One on each line, as --name: value." })}
        defaultValue={Object.entries(extras.appearance ?? {})
          .map(([name, value]) => `--${name}: ${value}`)
          .join("\n")}
        optional
        rows={3}
        spellCheck={false}
        dir="ltr"
      />
      <TextArea
        name="styles"
        className="input mono"
        label="CSS"
        defaultValue={extras.custom_styles}
        optional
        rows={6}
        spellCheck={false}
        dir="ltr"
      />
      <TextArea
        name="script"
        className="input mono"
        label="JavaScript"
        defaultValue={extras.custom_javascript}
        optional
        rows={4}
        spellCheck={false}
        dir="ltr"
      />
      <Saved />
    </Form>
  );
}

/** Names and values, a line each. What is no such line is the server's to refuse: none is left out. */
function variablesOf(text: string): Record<string, string> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const pairs = lines.map((line) => {
    const found = /^\s*(?:--)?([^:]*?)\s*:\s*(.*?)\s*;?\s*$/.exec(line);
    return [found?.[1] ?? line.trim(), found?.[2] ?? ""];
  });
  return Object.fromEntries(pairs);
}
