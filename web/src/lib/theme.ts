/** Dark or light: as the device has it, unless somebody chose. The server writes the choice into every page. */
import { writeChoice } from "./choices";

export type Theme = "dark" | "light";

const COOKIE = "rivulet_theme";

export function chosenTheme(): Theme | null {
  const theme = document.documentElement.dataset.theme;
  return theme === "dark" || theme === "light" ? theme : null;
}

export function chooseTheme(theme: Theme | null): void {
  writeChoice(COOKIE, theme ?? "");
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
