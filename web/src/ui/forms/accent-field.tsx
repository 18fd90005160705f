/** A colour of somebody's own, with what the pages make of it in both schemes before it is saved. */
import { i18n } from "@lingui/core";
import { type CSSProperties, useId, useState } from "react";
import { contrast, tintOf } from "@/lib/accent";
import { Button } from "../button";

/** The page's own, where nobody chose. */
const OWN = "#4cc2f1";

interface AccentFieldProps {
  name: string;
  value: string | null;
  /** What stands in the preview as the name. */
  title: string;
}

export function AccentField({ name, value, title }: AccentFieldProps) {
  const [colour, setColour] = useState(value);
  const id = useId();
  return (
    <div className="flex flex-col gap-4" data-part="accent-field">
      <div className="field">
        <label htmlFor={id}>{i18n._({ id: "accent.label", message: "Colour" })}</label>
        <div className="flex flex-wrap items-center gap-3">
          <input
            id={id}
            type="color"
            className="swatch"
            value={colour ?? OWN}
            aria-describedby={`${id}-hint`}
            onChange={({ target }) => setColour(target.value)}
          />
          <input type="hidden" name={name} value={colour ?? ""} />
          <code className="mono">{colour ?? i18n._({ id: "accent.own", message: "the usual one" })}</code>
          {colour && (
            <Button kind="quiet" onClick={() => setColour(null)}>
              {i18n._({ id: "accent.reset", message: "Use the usual one" })}
            </Button>
          )}
        </div>
        <p id={`${id}-hint`} className="field-hint">
          {i18n._({
            id: "accent.hint",
            message:
              "Pages take its hue and strength. How light it is they choose, so that every text can be read.",
          })}
        </p>
      </div>
      <Preview colour={colour ?? OWN} title={title} />
    </div>
  );
}

function Preview({ colour, title }: { colour: string; title: string }) {
  const tint = tintOf(colour) ?? { hue: 222, chroma: 0.13 };
  const style = { "--hue": tint.hue, "--chroma": tint.chroma } as CSSProperties;
  const ratios = {
    dark: contrast([0.78, tint.chroma, tint.hue], [0.16, 0.012, tint.hue]),
    light: contrast([0.48, tint.chroma * 0.92, tint.hue], [0.985, 0.004, tint.hue]),
  };
  return (
    <div className="grid gap-3 sm:grid-cols-2" data-part="accent-preview">
      {(["dark", "light"] as const).map((scheme) => (
        <div key={scheme} className="preview-page" data-scheme={scheme} style={style}>
          <p className="flex items-center justify-between gap-2">
            <b className="truncate" dir="auto">
              {title}
            </b>
            <span className="text-[12px]">
              {scheme === "dark"
                ? i18n._({ id: "accent.dark", message: "dark" })
                : i18n._({ id: "accent.light", message: "light" })}
            </span>
          </p>
          <p>
            <span className="underline" style={{ color: "var(--accent)" }}>
              {i18n._({ id: "accent.sample", message: "A link in a text" })}
            </span>
          </p>
          <p>
            <span
              className="inline-block rounded-full px-3.5 py-1.5 text-[13px] font-semibold"
              style={{ background: "var(--accent)", color: "var(--accent-fg)" }}
            >
              {i18n._({ id: "accent.button", message: "Follow" })}
            </span>
          </p>
          <p
            className="text-[12px]"
            style={{ color: "var(--fg-2)" }}
            data-contrast={ratios[scheme].toFixed(1)}
          >
            {i18n._({
              id: "accent.contrast",
              message: "Contrast {ratio} : 1, of 4.5 that are needed",
              values: { ratio: ratios[scheme].toFixed(1) },
            })}
          </p>
        </div>
      ))}
    </div>
  );
}
