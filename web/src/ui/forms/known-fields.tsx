/** Fields that stand in several forms, each with the server's rules for what is typed there. */
import { i18n } from "@lingui/core";
import { Select, TextField } from "./fields";

interface KnownFieldProps {
  name: string;
  label: string;
  hint?: string;
  value?: string | null;
  optional?: boolean;
  maxLength?: number;
}

/** An address elsewhere. */
export function AddressField({ value, maxLength = 500, ...rest }: KnownFieldProps) {
  return (
    <TextField
      {...rest}
      type="url"
      placeholder="https://"
      defaultValue={value ?? undefined}
      maxLength={maxLength}
      autoComplete="off"
    />
  );
}

/** What something is called in addresses of this site. */
export function SlugField({ label, hint }: { label: string; hint?: string }) {
  return (
    <TextField
      name="slug"
      label={label}
      hint={hint}
      pattern="[a-z0-9][a-z0-9_\-]{0,39}"
      title={i18n._({
        id: "new-channel.slug.rule",
        message: "Use 1 to 40 small letters, digits, - or _, beginning with a letter or digit.",
      })}
      maxLength={40}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
    />
  );
}

/** A language by its short name. */
export function LanguageField({ label, hint, value }: Omit<KnownFieldProps, "name">) {
  return (
    <TextField
      name="language"
      label={label}
      hint={hint}
      defaultValue={value ?? ""}
      optional
      maxLength={35}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
    />
  );
}

/** Tags as people type them; `tagsOf` reads what they typed. */
export function TagsField({ label, tags }: { label: string; tags: string[] | undefined }) {
  return (
    <TextField
      name="tags"
      label={label}
      hint={i18n._({ id: "on-now.tags.hint", message: "At most ten, with commas between them." })}
      defaultValue={tags?.join(", ")}
      optional
      autoComplete="off"
      dir="auto"
    />
  );
}

interface DaysFieldProps {
  label: string;
  choices: number[];
  usual: number;
  /** What it means to choose none of them. */
  none: string;
}

/** For how many days something holds; empty where somebody chose none. */
export function DaysField({ label, choices, usual, none }: DaysFieldProps) {
  return (
    <Select name="days" label={label} defaultValue={usual}>
      {choices.map((days) => (
        <option key={days} value={days}>
          {i18n._({
            id: "tokens.new.days",
            message: "{days, plural, one {# day} other {# days}}",
            values: { days },
          })}
        </option>
      ))}
      <option value="">{none}</option>
    </Select>
  );
}
