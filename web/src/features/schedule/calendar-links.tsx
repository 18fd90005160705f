import { i18n } from "@lingui/core";
import { CopyField } from "@/ui/forms/copy";
import { Icon } from "@/ui/icon";
import { PAGE } from "@/ui/page-icons";

/** The schedule where people keep their other dates. */
export function CalendarLinks({ slug }: { slug: string }) {
  const path = `/@${encodeURIComponent(slug)}/schedule.ics`;
  const address = new URL(path, location.origin);
  // Calendars subscribe to addresses of this kind, where a plain one would be a copy of today.
  const subscribe = `webcal://${address.host}${address.pathname}`;
  return (
    <details className="calendar-links">
      <summary className="button">
        <Icon glyph={PAGE.calendar} />
        {i18n._({ id: "calendar.button", message: "Add to your calendar" })}
      </summary>
      <div className="card mt-3 flex flex-col gap-4 p-4">
        <p className="flex flex-wrap gap-3">
          <a className="button" data-primary="" href={subscribe}>
            {i18n._({ id: "calendar.subscribe", message: "Subscribe" })}
          </a>
          <a className="button" href={path} download={`${slug}.ics`}>
            {i18n._({ id: "calendar.file", message: "Download a file" })}
          </a>
        </p>
        <CopyField
          label={i18n._({ id: "calendar.address", message: "Address for calendars" })}
          text={address.href}
        />
        <CopyField
          label={i18n._({ id: "calendar.feed", message: "Address for feed readers" })}
          text={new URL(`/@${encodeURIComponent(slug)}/schedule.atom`, location.origin).href}
        />
      </div>
    </details>
  );
}
