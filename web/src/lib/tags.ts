/** Tags as people type them: with commas, with or without a hash sign, sometimes twice. */
export function tagsOf(text: string): string[] {
  const typed = text.split(/[,\n]/).map((tag) => tag.trim().replace(/^#+/, ""));
  return [...new Set(typed.filter(Boolean))];
}
