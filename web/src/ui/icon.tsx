import { type Glyph, glyph as glyphOf, type IconName } from "./icons";

/** A glyph beside or instead of words; the words are always there for those who cannot see it. */
export function Icon(props: { name: IconName } | { glyph: Glyph }) {
  const { d, solid } = "glyph" in props ? props.glyph : glyphOf(props.name);
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" data-solid={solid && ""}>
      <path d={d} />
    </svg>
  );
}
