import { i18n } from "@lingui/core";
import { useState } from "react";
import { call } from "@/api/client";
import type { PanelDocument } from "@/api/schema";
import { Button } from "@/ui/button";
import { TextArea, TextField } from "@/ui/forms/fields";
import { Form, Submit, type Values } from "@/ui/forms/form";
import { MORE } from "@/ui/forms/icons";
import { Loaded } from "@/ui/forms/loaded";
import { MarkdownPreview } from "@/ui/forms/markdown-preview";
import { Section } from "@/ui/forms/section";
import { Icon } from "@/ui/icon";
import { type Draft, draftsOf, moved, withNew } from "./drafts";
import { usePanels, useRefresh } from "./queries";

const MAX_PANELS = 20;

/** The panels below the picture: what a channel wants to say at length. */
export function Panels({ channel }: { channel: string }) {
  const panels = usePanels(channel);
  return (
    <Section
      title={i18n._({ id: "panels.title", message: "Panels" })}
      lead={i18n._({
        id: "panels.lead",
        message:
          "They stand below the picture, in this order. The texts are Markdown: **bold**, lists, links.",
      })}
    >
      <Loaded query={panels} lines={6}>
        {(known) => <Editor channel={channel} known={known} />}
      </Loaded>
    </Section>
  );
}

function Editor({ channel, known }: { channel: string; known: PanelDocument[] }) {
  const refresh = useRefresh();
  const [drafts, setDrafts] = useState(() => draftsOf(known));
  return (
    <Form
      onSubmit={async (values) => {
        const body = drafts.map((draft) => panelOf(draft, values));
        const saved = await call("PUT /api/v1/channels/{name}/panels", { path: { name: channel }, body });
        setDrafts(draftsOf(saved));
        await Promise.all([refresh("panels", channel), refresh("watched", channel)]);
      }}
    >
      {drafts.map((draft, index) => (
        <PanelFields
          key={draft.key}
          draft={draft}
          number={index + 1}
          last={index === drafts.length - 1}
          onMove={(by) => setDrafts(moved(drafts, index, by))}
          onRemove={() => setDrafts(drafts.filter(({ key }) => key !== draft.key))}
        />
      ))}
      {drafts.length < MAX_PANELS && (
        <Button className="self-start" onClick={() => setDrafts(withNew(drafts))}>
          <Icon glyph={MORE.plus} />
          {i18n._({ id: "panels.add", message: "Add a panel" })}
        </Button>
      )}
      <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
        {i18n._({ id: "form.save", message: "Save" })}
      </Submit>
    </Form>
  );
}

interface PanelFieldsProps {
  draft: Draft;
  number: number;
  last: boolean;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

function PanelFields({ draft, number, last, onMove, onRemove }: PanelFieldsProps) {
  const { key, panel } = draft;
  const [text, setText] = useState(panel.markdown ?? "");
  const name = i18n._({ id: "panels.number", message: "Panel {number}", values: { number } });
  return (
    <fieldset className="flex flex-col gap-4 rounded-card border border-line p-4" data-part="panel">
      <legend className="sr-only">{name}</legend>
      <div className="-mt-1 flex items-center justify-between">
        <span className="text-sm font-semibold text-fg-2">{name}</span>
        <div className="flex">
          <Button kind="quiet" disabled={number === 1} onClick={() => onMove(-1)}>
            <Icon glyph={MORE.up} />
            <span className="visually-hidden">
              {i18n._({ id: "panels.up", message: "Move {name} up", values: { name } })}
            </span>
          </Button>
          <Button kind="quiet" disabled={last} onClick={() => onMove(1)}>
            <Icon glyph={MORE.down} />
            <span className="visually-hidden">
              {i18n._({ id: "panels.down", message: "Move {name} down", values: { name } })}
            </span>
          </Button>
          <Button kind="danger" className="ms-1" onClick={onRemove}>
            <Icon glyph={MORE.trash} />
            <span className="visually-hidden">
              {i18n._({ id: "panels.remove", message: "Remove {name}", values: { name } })}
            </span>
          </Button>
        </div>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name={`${key}-title`}
          label={i18n._({ id: "panels.heading", message: "Heading" })}
          defaultValue={panel.title}
          optional
          maxLength={100}
          autoComplete="off"
          dir="auto"
        />
        <TextField
          name={`${key}-link`}
          type="url"
          label={i18n._({ id: "panels.link", message: "Where the heading leads" })}
          placeholder="https://"
          defaultValue={panel.link ?? ""}
          optional
          maxLength={500}
          autoComplete="off"
        />
      </div>
      <TextArea
        name={`${key}-markdown`}
        label={i18n._({ id: "panels.text", message: "Text" })}
        defaultValue={panel.markdown}
        optional
        maxLength={10_000}
        rows={5}
        dir="auto"
        onChange={({ target }) => setText(target.value)}
      />
      {text.trim() && (
        <div className="rounded-card bg-s0 p-4" data-part="panel-preview">
          <p className="mb-2 text-[13px] font-semibold text-fg-2">
            {i18n._({ id: "panels.preview", message: "As viewers see it" })}
          </p>
          <MarkdownPreview text={text} />
        </div>
      )}
    </fieldset>
  );
}

function panelOf({ key, panel }: Draft, values: Values): PanelDocument {
  return {
    id: panel.id ?? null,
    title: values[`${key}-title`]?.trim() ?? "",
    markdown: values[`${key}-markdown`] ?? "",
    link: values[`${key}-link`]?.trim() || null,
  };
}
