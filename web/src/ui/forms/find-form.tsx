import { i18n } from "@lingui/core";
import type { ReactNode } from "react";
import { TextField } from "./fields";
import { Form, Submit, type Values } from "./form";

interface FindFormProps {
  /** What is looked for. */
  label: string;
  /** What the text is compared with. */
  text: string;
  maxLength: number;
  /** With the text as `q`, and what else is asked. */
  onFind(q: string, values: Values): void;
  /** What else is asked. */
  children?: ReactNode;
}

/** Finds something in the list below. */
export function FindForm({ label, text, maxLength, onFind, children }: FindFormProps) {
  return (
    <Form
      label={label}
      className="mb-5 flex flex-col gap-3 border-b border-line pb-5 sm:flex-row sm:items-end"
      onSubmit={async (values) => onFind(values.q?.trim() ?? "", values)}
    >
      <div className="flex-1">
        <TextField
          name="q"
          label={text}
          required={false}
          maxLength={maxLength}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          dir="auto"
        />
      </div>
      {children}
      <Submit>{i18n._({ id: "people.search.submit", message: "Find" })}</Submit>
    </Form>
  );
}
