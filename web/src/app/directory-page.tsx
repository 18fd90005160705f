import { i18n } from "@lingui/core";
import { useEffect, useState } from "react";
import { followDirectory } from "@/api/directory";
import type { DirectoryEntry } from "@/api/types";
import { Link } from "./navigation";
import { useServices } from "./services";
import { Shell } from "./shell";

/** The start page of a site with many channels. */
export function DirectoryPage() {
  const { boot } = useServices();
  const [entries, setEntries] = useState(boot?.directory ?? []);
  useEffect(() => followDirectory(setEntries), []);
  const live = entries.filter(({ status }) => status.state !== "offline");
  const others = entries.filter(({ status }) => status.state === "offline");
  return (
    <Shell>
      <div className="mx-auto flex max-w-4xl flex-col gap-6 px-4 py-8 sm:px-6">
        <h1 className="text-[26px] leading-tight font-[650] tracking-tight">
          {i18n._({ id: "directory.title", message: "Channels" })}
        </h1>
        {entries.length === 0 && (
          <p className="text-fg-2">
            {i18n._({ id: "directory.empty", message: "There are no channels yet." })}
          </p>
        )}
        <ul className="flex flex-col gap-2">
          {[...live, ...others].map((entry) => (
            <Channel key={entry.id} entry={entry} />
          ))}
        </ul>
      </div>
    </Shell>
  );
}

function Channel({ entry: { channel, status } }: { entry: DirectoryEntry }) {
  return (
    <li>
      <Link
        href={`/@${encodeURIComponent(channel.slug)}`}
        className="flex min-h-11 flex-wrap items-baseline gap-x-3 rounded-card py-2"
      >
        <span className="font-[650]" dir="auto">
          {channel.name}
        </span>
        {status.state !== "offline" && (
          <span>
            {i18n._({
              id: "directory.live",
              message: "Live, {viewers} watching",
              values: { viewers: status.viewers },
            })}
          </span>
        )}
        <span className="text-fg-2" dir="auto">
          {channel.title}
        </span>
      </Link>
    </li>
  );
}
