import { i18n } from "@lingui/core";
import { Section } from "@/ui/forms/section";
import { Link } from "@/ui/navigation";

/** Where releases are told of, and what is new in them. */
const RELEASES = "https://github.com/rivulet-live/rivulet/releases";

/** Which program this is, and how it is kept up to date. */
export function About({ version }: { version: string }) {
  return (
    <>
      <Section title={i18n._({ id: "about-site.title", message: "About this server" })}>
        <dl className="figures">
          <div>
            <dt>Rivulet</dt>
            <dd>{version}</dd>
          </div>
          <div>
            <dt>{i18n._({ id: "about-site.licence", message: "Licence" })}</dt>
            <dd className="text-[15px]!">MIT / Apache-2.0</dd>
          </div>
        </dl>
        <ul className="mt-5 flex flex-wrap gap-x-5 gap-y-1">
          <li>
            <a href="/api/docs" className="link inline-flex min-h-9 items-center text-[15px]">
              {i18n._({ id: "about-site.api", message: "The API, described" })}
            </a>
          </li>
          <li>
            <Link href="/setup/name" className="link inline-flex min-h-9 items-center text-[15px]">
              {i18n._({ id: "about-site.setup", message: "Go through the first steps again" })}
            </Link>
          </li>
        </ul>
      </Section>
      <Section
        title={i18n._({ id: "updates.title", message: "Updates" })}
        lead={i18n._({
          id: "updates.lead",
          message: "The server does not look for new releases by itself, and does not replace itself.",
        })}
      >
        <p className="mb-4">
          <a
            href={RELEASES}
            target="_blank"
            rel="noopener"
            className="link inline-flex min-h-9 items-center text-[15px]"
          >
            {i18n._({ id: "updates.releases", message: "Releases, and what is new in each" })}
          </a>
        </p>
        <ol className="steps">
          <li>{i18n._({ id: "updates.back-up", message: "Make a copy of the database under Backup." })}</li>
          <li>
            {i18n._({
              id: "updates.replace",
              message: "Put the new program, or the new image, in the place of the old one.",
            })}
          </li>
          <li>
            {i18n._({
              id: "updates.restart",
              message:
                "Start it again: it copies the database once more, and brings it up to date. Players go on by themselves.",
            })}
          </li>
          <li>
            {i18n._({
              id: "updates.back",
              message: "To go back, restore that copy: an older program refuses a newer database.",
            })}
          </li>
        </ol>
      </Section>
    </>
  );
}
