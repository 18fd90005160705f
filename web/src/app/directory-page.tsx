import { i18n } from "@lingui/core";
import { useEffect, useState } from "react";
import { followDirectory } from "@/api/directory";
import type { DirectoryEntry } from "@/api/types";
import { type CardChannel, CardGrid } from "@/ui/channel-card";
import { Link } from "@/ui/navigation";
import { useAccent } from "@/ui/use-accent";
import { useServices } from "./services";
import { Shell } from "./shell";

/** The start page of a site with many channels. */
export function DirectoryPage() {
  const { boot, onSite } = useServices();
  const [entries, setEntries] = useState(boot?.directory ?? []);
  useEffect(() => followDirectory(setEntries, onSite), [onSite]);
  useAccent(boot?.site.accent, boot?.site.accent);
  const live = entries.some(({ status }) => status.state !== "offline");
  return (
    <Shell>
      <div className="wide-page">
        <header>
          <h1 className="text-[26px] leading-tight font-[650] tracking-tight">
            {live
              ? i18n._({ id: "directory.live-now", message: "Live now" })
              : i18n._({ id: "directory.title", message: "Channels" })}
          </h1>
          {boot?.site.summary && (
            <p className="mt-1 max-w-[70ch] text-[15px] text-fg-2" dir="auto">
              {boot.site.summary}
            </p>
          )}
        </header>
        {entries.length === 0 && (
          <p className="text-fg-2">
            {i18n._({ id: "directory.empty", message: "There are no channels yet." })}
          </p>
        )}
        <CardGrid channels={entries.map(cardOf)} />
        {entries.length > 0 && (
          <p>
            <Link href="/browse" className="button">
              {i18n._({ id: "directory.browse", message: "Browse everything" })}
            </Link>
          </p>
        )}
      </div>
    </Shell>
  );
}

function cardOf({ channel, status }: DirectoryEntry): CardChannel {
  const live = status.state === "offline" ? null : status;
  return { ...channel, live };
}
