import { i18n } from "@lingui/core";
import type { Channel } from "@/api/types";

/** Who the channel is, in its own words. */
export function About({ channel }: { channel: Channel }) {
  const description = channel.description.trim();
  if (!description) return null;
  return (
    <section className="card p-5 sm:p-6" aria-labelledby="about">
      <h2 id="about" className="mb-2 text-base font-[650]" dir="auto">
        {i18n._({ id: "channel.about", message: "About {name}", values: { name: channel.name } })}
      </h2>
      <p
        className="max-w-[70ch] text-[15px] leading-relaxed wrap-anywhere whitespace-pre-line text-fg-2"
        dir="auto"
      >
        {description}
      </p>
    </section>
  );
}
