/** A stable colour for whoever has not chosen one. */

/** Spreads names over the colour circle; the same name is the same hue on every device. */
export function hueOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0) % 360;
}
