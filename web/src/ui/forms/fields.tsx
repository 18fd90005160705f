/** The fields of forms: each with its label, what helps to fill it in, and what is wrong with it. */
import { i18n } from "@lingui/core";
import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
  useState,
} from "react";
import { Icon } from "../icon";
import { useField } from "./form";
import { MORE } from "./icons";

interface Labelled {
  name: string;
  label: string;
  hint?: ReactNode;
  /** Says beside the label that it may stay empty. */
  optional?: boolean;
}

/** What ties a field to its label, its hint and its complaint. */
function useTies(name: string, hint: ReactNode) {
  const id = useId();
  const { error, forget } = useField(name);
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  const props = {
    id,
    name,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": described || undefined,
    onInput: forget,
  };
  return { id, error, props };
}

interface FrameProps extends Labelled {
  id: string;
  error: string | undefined;
  children: ReactNode;
}

function Frame({ id, label, hint, optional, error, children }: FrameProps) {
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optional && (
          <span className="font-normal text-fg-3">
            {" "}
            {i18n._({ id: "field.optional", message: "(optional)" })}
          </span>
        )}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      <p id={`${id}-error`} className="field-error" aria-live="polite">
        {error && (
          <>
            <Icon name="warning" />
            <span>{error}</span>
          </>
        )}
      </p>
    </div>
  );
}

type InputProps = Labelled & Omit<InputHTMLAttributes<HTMLInputElement>, "name" | "id">;

export function TextField({ label, hint, optional, name, ...rest }: InputProps) {
  const { id, error, props } = useTies(name, hint);
  return (
    <Frame {...{ id, name, label, hint, optional, error }}>
      <input className="input" type="text" {...rest} {...props} required={rest.required ?? !optional} />
    </Frame>
  );
}

/** A password, which can be shown: people who see what they type need no second field. */
export function PasswordField({ label, hint, name, optional, ...rest }: InputProps) {
  const { id, error, props } = useTies(name, hint);
  const [shown, setShown] = useState(false);
  return (
    <Frame {...{ id, name, label, hint, optional, error }}>
      <div className="relative">
        <input
          className="input pe-12"
          type={shown ? "text" : "password"}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={256}
          {...rest}
          {...props}
          required={!optional}
        />
        <button
          type="button"
          className="input-button"
          aria-pressed={shown}
          aria-label={i18n._({ id: "field.show-password", message: "Show the password" })}
          onClick={() => setShown(!shown)}
        >
          {shown ? <Icon glyph={MORE.eyeOff} /> : <Icon name="eye" />}
        </button>
      </div>
    </Frame>
  );
}

type AreaProps = Labelled & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "name" | "id">;

export function TextArea({ label, hint, optional, name, ...rest }: AreaProps) {
  const { id, error, props } = useTies(name, hint);
  return (
    <Frame {...{ id, name, label, hint, optional, error }}>
      <textarea className="input" rows={4} {...rest} {...props} required={!optional} />
    </Frame>
  );
}

type SelectProps = Labelled & Omit<SelectHTMLAttributes<HTMLSelectElement>, "name" | "id">;

export function Select({ label, hint, optional, name, children, ...rest }: SelectProps) {
  const { id, error, props } = useTies(name, hint);
  return (
    <Frame {...{ id, name, label, hint, optional, error }}>
      <select className="input" {...rest} {...props}>
        {children}
      </select>
    </Frame>
  );
}

export function Checkbox({ label, hint, name, optional: _, ...rest }: InputProps) {
  const { id, error, props } = useTies(name, hint);
  return (
    <div className="field">
      <div className="flex items-start gap-3">
        <input className="checkbox" type="checkbox" {...rest} {...props} />
        <label htmlFor={id} className="pt-0.5">
          {label}
        </label>
      </div>
      {hint && (
        <p id={`${id}-hint`} className="field-hint ms-8">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error">
          {error}
        </p>
      )}
    </div>
  );
}

interface RadioGroupProps {
  name: string;
  label: string;
  value: string;
  choices: { value: string; label: string; hint?: string }[];
}

/** One of a few, each with a word about what it means. */
export function RadioGroup({ name, label, value, choices }: RadioGroupProps) {
  const group = useId();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-2 text-sm font-semibold">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className="choice">
          <input type="radio" name={name} value={choice.value} defaultChecked={choice.value === value} />
          <span>
            <span id={`${group}-${choice.value}`} className="block text-[15px] font-medium">
              {choice.label}
            </span>
            {choice.hint && <span className="block text-[13px] text-fg-2">{choice.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
