import { i18n } from "@lingui/core";
import { type ReactNode, useId, useRef, useState } from "react";
import { request } from "@/api/client";
import { putPicture } from "@/api/pictures";
import { Button } from "../button";
import { Notice } from "./notice";
import { useAction } from "./use-action";

/** As the server says. */
const MAX_BYTES = 10 * 1024 * 1024;

interface PictureFieldProps {
  label: string;
  hint: string;
  /** Where it is put, and taken away from. */
  url: string;
  has: boolean;
  /** How it looks now. */
  preview: ReactNode;
  onChanged(): Promise<unknown>;
}

/** A picture that somebody gives, or takes away. */
export function PictureField({ label, hint, url, has, preview, onChanged }: PictureFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const [tooLarge, setTooLarge] = useState(false);
  const give = useAction(async () => {
    const file = input.current?.files?.[0];
    if (!file) return;
    await putPicture(url, file);
    await onChanged();
  });
  const remove = useAction(async () => {
    await request("DELETE", url, undefined);
    await onChanged();
  });
  const choose = async () => {
    const file = input.current?.files?.[0];
    setTooLarge((file?.size ?? 0) > MAX_BYTES);
    if (file && file.size <= MAX_BYTES) await give.run();
    if (input.current) input.current.value = "";
  };
  const complaint = tooLarge
    ? i18n._({ id: "picture.too-large", message: "The file is larger than 10 MiB. Choose a smaller one." })
    : (give.complaint ?? remove.complaint);
  return (
    <div className="field gap-3" data-part="picture-field">
      <label htmlFor={id} className="mb-0!">
        {label}
      </label>
      {preview}
      <p id={`${id}-hint`} className="field-hint mt-0!">
        {hint}
      </p>
      <input
        ref={input}
        id={id}
        type="file"
        className="visually-hidden"
        accept="image/png,image/jpeg,image/webp"
        aria-describedby={`${id}-hint`}
        tabIndex={-1}
        onChange={() => void choose()}
      />
      <div className="flex flex-wrap gap-3">
        <Button busy={give.busy} onClick={() => input.current?.click()}>
          {has
            ? i18n._({ id: "picture.other", message: "Choose another" })
            : i18n._({ id: "picture.choose", message: "Choose a picture" })}
          <span className="visually-hidden"> {label}</span>
        </Button>
        {has && (
          <Button kind="danger" busy={remove.busy} onClick={() => void remove.run()}>
            {i18n._({ id: "picture.remove", message: "Remove" })}
            <span className="visually-hidden"> {label}</span>
          </Button>
        )}
      </div>
      {complaint && <Notice kind="error">{complaint}</Notice>}
    </div>
  );
}
