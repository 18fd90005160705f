import { i18n } from "@lingui/core";
import { useState } from "react";
import type { ExternalAction } from "@/api/schema";
import { Button } from "@/ui/button";
import { Checkbox, TextArea, TextField } from "@/ui/forms/fields";
import { Form, Submit, type Values } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { useChangeExtras, useExtras } from "./settings";

/** As many as the server takes. */
const MAX_ACTIONS = 50;

/** Buttons under the picture that lead elsewhere. */
export function Actions() {
  const query = useExtras();
  return (
    <Section
      title={i18n._({ id: "actions.title", message: "Actions" })}
      lead={i18n._({
        id: "actions.lead",
        message:
          "Buttons under the picture: a page of somebody else’s, or a piece of HTML, in a window or a tab of its own.",
      })}
    >
      <Loaded query={query} lines={6}>
        {(extras) => <Editor known={extras.external_actions ?? []} />}
      </Loaded>
    </Section>
  );
}

interface Draft {
  key: number;
  action: ExternalAction;
}

function Editor({ known }: { known: ExternalAction[] }) {
  const change = useChangeExtras();
  const [drafts, setDrafts] = useState<Draft[]>(() => known.map((action, key) => ({ key, action })));
  const add = () => {
    const key = 1 + Math.max(-1, ...drafts.map((draft) => draft.key));
    setDrafts([...drafts, { key, action: {} }]);
  };
  return (
    <Form
      onSubmit={(values) =>
        change({ external_actions: drafts.map(({ key, action }) => actionOf(action, values, key)) })
      }
    >
      {drafts.map((draft, index) => (
        <Fields
          key={draft.key}
          draft={draft}
          number={index + 1}
          onRemove={() => setDrafts(drafts.filter(({ key }) => key !== draft.key))}
        />
      ))}
      {drafts.length === 0 && (
        <p className="text-[15px] text-fg-2">{i18n._({ id: "actions.none", message: "There are none." })}</p>
      )}
      {drafts.length < MAX_ACTIONS && (
        <Button className="self-start" onClick={add}>
          {i18n._({ id: "actions.add", message: "Add a button" })}
        </Button>
      )}
      <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
        {i18n._({ id: "form.save", message: "Save" })}
      </Submit>
    </Form>
  );
}

function Fields({
  draft: { key, action },
  number,
  onRemove,
}: {
  draft: Draft;
  number: number;
  onRemove(): void;
}) {
  const name = i18n._({ id: "actions.number", message: "Button {number}", values: { number } });
  return (
    <fieldset className="flex flex-col gap-4 rounded-card border border-line p-4" data-part="external-action">
      <legend className="sr-only">{name}</legend>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name={`title-${key}`}
          label={i18n._({ id: "actions.words", message: "What stands on it" })}
          defaultValue={action.title}
          maxLength={60}
          autoComplete="off"
          dir="auto"
        />
        <TextField
          name={`url-${key}`}
          type="url"
          label={i18n._({ id: "actions.url", message: "Where it leads" })}
          placeholder="https://"
          defaultValue={action.url}
          optional
          maxLength={500}
          autoComplete="off"
        />
        <TextField
          name={`icon-${key}`}
          type="url"
          label={i18n._({ id: "actions.icon", message: "Address of a picture for it" })}
          placeholder="https://"
          defaultValue={action.icon}
          optional
          maxLength={500}
          autoComplete="off"
        />
        <TextField
          name={`description-${key}`}
          label={i18n._({ id: "actions.description", message: "What it is for" })}
          defaultValue={action.description}
          optional
          maxLength={200}
          autoComplete="off"
          dir="auto"
        />
      </div>
      <TextArea
        name={`html-${key}`}
        className="input mono"
        label={i18n._({ id: "actions.html", message: "HTML instead of an address" })}
        defaultValue={action.html}
        optional
        rows={2}
        spellCheck={false}
        dir="ltr"
      />
      <Checkbox
        name={`tab-${key}`}
        label={i18n._({ id: "actions.tab", message: "Opens in a tab of its own" })}
        defaultChecked={action.openExternally}
      />
      <Button kind="danger" className="self-start" onClick={onRemove}>
        {i18n._({ id: "actions.remove", message: "Remove" })}
        <span className="visually-hidden"> {name}</span>
      </Button>
    </fieldset>
  );
}

function actionOf(action: ExternalAction, values: Values, key: number): ExternalAction {
  const text = (name: string) => values[`${name}-${key}`]?.trim() ?? "";
  return {
    ...action,
    title: text("title"),
    url: text("url"),
    icon: text("icon"),
    description: text("description"),
    html: text("html"),
    openExternally: values[`tab-${key}`] !== undefined,
  };
}
