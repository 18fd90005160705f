import { i18n } from "@lingui/core";
import type { Channel } from "@/api/types";
import { Icon } from "@/ui/icon";
import { PanelList } from "@/ui/panel-list";
import { placeGlyph } from "./platforms";

/** Who the channel is, in its own words. */
export function About({ channel }: { channel: Channel }) {
  const description = channel.description.trim();
  const { links, panels } = channel.about;
  if (!description && !channel.banner_url && links.length + panels.length === 0) return null;
  return (
    <div className="flex flex-col gap-4">
      {channel.banner_url && (
        <img
          src={channel.banner_url}
          alt=""
          className="aspect-4/1 w-full rounded-card bg-s2 object-cover"
          loading="lazy"
          decoding="async"
        />
      )}
      {(description || links.length > 0) && (
        <section className="card p-5 sm:p-6" aria-labelledby="about">
          <h2 id="about" className="mb-2 text-base font-[650]" dir="auto">
            {i18n._({ id: "channel.about", message: "About {name}", values: { name: channel.name } })}
          </h2>
          {description && (
            <p
              className="max-w-[70ch] text-[15px] leading-relaxed wrap-anywhere whitespace-pre-line text-fg-2"
              dir="auto"
            >
              {description}
            </p>
          )}
          {links.length > 0 && <Links links={links} />}
        </section>
      )}
      {panels.length > 0 && <PanelList panels={panels} />}
    </div>
  );
}

function Links({ links }: { links: Channel["about"]["links"] }) {
  return (
    <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-[15px]">
      {links.map(({ label, url }) => (
        <li key={url}>
          <a
            href={url}
            rel="me noopener nofollow ugc"
            target="_blank"
            className="inline-flex min-h-9 items-center gap-1.5 font-medium text-accent hover:underline"
          >
            <PlaceIcon url={url} />
            <bdi>{label}</bdi>
          </a>
        </li>
      ))}
    </ul>
  );
}

function PlaceIcon({ url }: { url: string }) {
  const glyph = placeGlyph(url);
  return glyph ? <Icon glyph={glyph} /> : <Icon name="link" />;
}
