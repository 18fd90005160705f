/** Preferences of this device. Private windows may refuse storage; a preference is then simply not kept. */

const PREFIX = "rivulet.";

export function readPreference<T extends string | number | boolean>(key: string, fallback: T): T {
  try {
    const text = localStorage.getItem(PREFIX + key);
    if (text === null) return fallback;
    const value: unknown = JSON.parse(text);
    return typeof value === typeof fallback ? (value as T) : fallback;
  } catch {
    return fallback;
  }
}

/** All of them, on every page of this site. */
export function forgetPreferences(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // Where nothing is kept there is nothing to forget.
  }
}

export function writePreference(key: string, value: string | number | boolean): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Nothing depends on a preference having been kept.
  }
}
