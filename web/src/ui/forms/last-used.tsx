import { i18n } from "@lingui/core";
import { formatAgo } from "@/lib/format";

/** When a program showed its token last. */
export function LastUsed({ at }: { at: string | null }) {
  return (
    <p className="text-[13px] text-fg-2">
      {at
        ? i18n._({
            id: "tokens.used",
            message: "Last used {ago}",
            values: { ago: formatAgo(Date.parse(at), Date.now(), i18n.locale) },
          })
        : i18n._({ id: "tokens.unused", message: "Not used yet" })}
    </p>
  );
}
