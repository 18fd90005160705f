interface ChoiceProps {
  name: string;
  label: string;
  hint?: string;
  /** The hint stands at the end of the line instead of below it. */
  inline?: boolean;
  checked: boolean;
  onChoose(): void;
}

/** One of several options, of which one is chosen. */
export function Choice({ name, label, hint, inline = false, checked, onChoose }: ChoiceProps) {
  return (
    <label className="player-option" data-inline={inline || undefined}>
      <span>
        {label} {hint && <small>{hint}</small>}
      </span>
      <input type="radio" name={name} checked={checked} onChange={onChoose} />
    </label>
  );
}
