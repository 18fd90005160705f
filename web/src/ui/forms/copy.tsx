import { i18n } from "@lingui/core";
import { useId, useState } from "react";
import { Button } from "../button";
import { copyText } from "../copy-text";

const COPIED_MS = 2_500;

/** Copies a text; for a moment it says that it has. */
export function CopyButton({ text, what, label }: { text: string; what: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await copyText(text))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <Button onClick={() => void copy()}>
      <span aria-live="polite">
        {copied
          ? i18n._({ id: "copy.done", message: "Copied" })
          : (label ?? i18n._({ id: "copy.button", message: "Copy" }))}
      </span>
      <span className="visually-hidden"> {what}</span>
    </Button>
  );
}

interface CopyFieldProps {
  label: string;
  text: string;
}

/** A text to be taken elsewhere. */
export function CopyField({ label, text }: CopyFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="flex flex-wrap gap-2">
        <input
          id={id}
          className="input flex-1 basis-60 font-mono text-[14px]"
          readOnly
          dir="ltr"
          value={text}
          onFocus={(event) => event.target.select()}
        />
        <CopyButton text={text} what={label} />
      </div>
    </div>
  );
}

/** A secret that is shown this once. */
export function ShownOnce({ label, text }: CopyFieldProps) {
  return (
    <div className="notice mt-5 flex-col" data-kind="done" role="status">
      <p className="font-semibold">{label}</p>
      <div className="flex w-full flex-wrap gap-2">
        <code className="secret flex-1 basis-56 select-all">{text}</code>
        <CopyButton text={text} what={label} />
      </div>
    </div>
  );
}
