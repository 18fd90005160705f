import type { SelectHTMLAttributes } from "react";
import { pageLanguage } from "@/lib/i18n";
import { chooseLanguage, NAMES } from "@/lib/languages";

/** Every language by its own name: whoever looks for theirs may not read the page's. */
export function LanguageSelect(props: SelectHTMLAttributes<HTMLSelectElement>) {
  const choose = (tag: string) => {
    chooseLanguage(tag);
    // The words, the document's direction and what the server writes change together.
    const address = new URL(location.href);
    address.searchParams.delete("lang");
    if (address.href === location.href) location.reload();
    else location.replace(address);
  };
  return (
    <select {...props} value={pageLanguage()} onChange={({ target }) => choose(target.value)}>
      {Object.entries(NAMES).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  );
}
