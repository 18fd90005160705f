import { glyph, type IconName } from "./icons";

/** A glyph beside or instead of words; the words are always there for those who cannot see it. */
export function Icon({ name }: { name: IconName }) {
  const { d, solid } = glyph(name);
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" data-solid={solid && ""}>
      <path d={d} />
    </svg>
  );
}
