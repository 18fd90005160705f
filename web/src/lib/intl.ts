/** Intl's formatters, each made once: to make one costs more than to use it a hundred times. */

type Maker<T, O> = new (locale?: string, options?: O) => T;

const made = new WeakMap<object, Map<string, unknown>>();

/** A formatter is known by its options: one object for one use. */
export function formatter<T, O extends object>(Kind: Maker<T, O>, options: O, locale?: string): T {
  const byLocale = made.get(options) ?? new Map<string, unknown>();
  made.set(options, byLocale);
  const known = byLocale.get(locale ?? "") as T | undefined;
  const format = known ?? new Kind(locale, options);
  byLocale.set(locale ?? "", format);
  return format;
}
