/**
 * Forms that behave: one submission at a time, every complaint beside the field it is about
 * and read out, the first such field focused, and a word when it is done.
 */
import { i18n } from "@lingui/core";
import {
  createContext,
  type FormEvent,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
  useRef,
  useState,
} from "react";
import { Button } from "../button";
import { Notice } from "./notice";
import { fieldOf, wordsFor } from "./problem-words";

/** What was typed, by the names of the fields. Boxes that are not ticked are not there. */
export type Values = Partial<Record<string, string>>;

type Errors = Partial<Record<string, string>>;

interface FormState {
  busy: boolean;
  done: boolean;
  errors: Errors;
  forget(name: string): void;
}

const FormContext = createContext<FormState>({ busy: false, done: false, errors: {}, forget: () => {} });

export function useField(name: string): { error: string | undefined; forget(): void } {
  const { errors, forget } = useContext(FormContext);
  return { error: errors[name], forget: () => forget(name) };
}

interface FormProps {
  onSubmit(values: Values): Promise<unknown>;
  /** Which field each problem is about, by its code. */
  fields?: Partial<Record<string, string>>;
  /** Complaints that the page itself has, by field. */
  check?(values: Values): Errors;
  /** Empties the fields once it is done. */
  clears?: boolean;
  className?: string;
  label?: string;
  children: ReactNode;
}

export function Form({ onSubmit, fields, check, clears, className, label, children }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [complaint, setComplaint] = useState<string | null>(null);
  useFocusOnError(form, errors);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    if (busy) return;
    setComplaint(null);
    setDone(false);
    const values = valuesOf(element);
    const wrong = { ...check?.(values), ...invalid(element) };
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) return;
    setBusy(true);
    try {
      await onSubmit(values);
      setDone(true);
      if (clears) element.reset();
    } catch (error) {
      const field = fieldOf(error, fields);
      const known = field !== null && element.elements.namedItem(field) !== null;
      if (known) setErrors({ [field]: wordsFor(error) });
      else setComplaint(wordsFor(error));
    } finally {
      setBusy(false);
    }
  };
  const forget = (name: string) => {
    setDone(false);
    setErrors((known) => (name in known ? { ...known, [name]: undefined } : known));
  };
  return (
    <FormContext value={{ busy, done, errors, forget }}>
      <form
        ref={form}
        noValidate
        aria-label={label}
        aria-busy={busy || undefined}
        className={className ?? "flex flex-col gap-4"}
        onSubmit={submit}
      >
        {children}
        {complaint && <Notice kind="error">{complaint}</Notice>}
      </form>
    </FormContext>
  );
}

/** Sends the form. What it says when that is done stands beside it, in a place kept for it. */
export function Submit({ children, done, wide }: { children: ReactNode; done?: string; wide?: boolean }) {
  const state = useContext(FormContext);
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button type="submit" kind="primary" busy={state.busy} className={wide ? "w-full" : ""}>
        {children}
      </Button>
      {done && (
        <span role="status" className="text-sm font-medium text-good">
          {state.done && !state.busy && done}
        </span>
      )}
    </div>
  );
}

/** Keeps what was changed, and says so. */
export function Save() {
  return (
    <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
      {i18n._({ id: "form.save", message: "Save" })}
    </Submit>
  );
}

function valuesOf(form: HTMLFormElement): Values {
  const data = new FormData(form);
  const texts = [...data.entries()].filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return Object.fromEntries(texts);
}

/** What the browser itself finds wrong with the fields, in our words. */
function invalid(form: HTMLFormElement): Errors {
  const wrong: Errors = {};
  for (const element of form.elements) {
    if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) continue;
    if (element.name && !element.validity.valid) wrong[element.name] ??= validityWords(element);
  }
  return wrong;
}

function validityWords(field: HTMLInputElement | HTMLTextAreaElement): string {
  const { validity, minLength, type } = field;
  if (validity.valueMissing) return i18n._({ id: "form.missing", message: "Fill this in." });
  if (validity.tooShort) {
    return i18n._({
      id: "form.too-short",
      message: "Use at least {count} characters.",
      values: { count: minLength },
    });
  }
  if (validity.typeMismatch && type === "email")
    return i18n._({ id: "form.no-mail", message: "Write a mail address, such as ada@example.org." });
  if (validity.typeMismatch && type === "url")
    return i18n._({ id: "form.no-url", message: "Write an address that begins with https://." });
  return field.title || i18n._({ id: "form.wrong", message: "This does not fit." });
}

/** Takes whoever sent the form to the first thing to put right. */
function useFocusOnError(form: RefObject<HTMLFormElement | null>, errors: Errors): void {
  useEffect(() => {
    const [first] = Object.entries(errors).flatMap(([name, words]) => (words ? [name] : []));
    if (!first) return;
    form.current?.querySelector<HTMLElement>(`[aria-invalid="true"]`)?.focus();
  }, [form, errors]);
}
