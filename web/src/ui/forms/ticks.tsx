import { Checkbox } from "./fields";
import type { Values } from "./form";

interface CheckGroupProps {
  label: string;
  /** Their names, each with its words. */
  choices: [string, string][];
  className?: string;
}

/** Any number of a few; `ticked` says which. */
export function CheckGroup({ label, choices, className = "flex flex-col gap-3" }: CheckGroupProps) {
  return (
    <fieldset className={className}>
      <legend className="mb-2 text-sm font-semibold">{label}</legend>
      {choices.map(([name, words]) => (
        <Checkbox key={name} name={name} label={words} />
      ))}
    </fieldset>
  );
}

export function ticked<T extends string>(values: Values, choices: [T, string][]): T[] {
  return choices.flatMap(([name]) => (values[name] === undefined ? [] : [name]));
}
