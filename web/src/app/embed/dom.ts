/** Two short words for what plain DOM says at length. */

export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className) made.className = className;
  return made;
}

export function onlyChild(parent: Element, child: Element | null): void {
  if (child) parent.replaceChildren(child);
  else parent.replaceChildren();
}
