import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "@/api/client";
import { ActionButton } from "@/ui/forms/action-button";
import { CopyField } from "@/ui/forms/copy";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";

const KEY = ["backups"];

/** The copies of the database, and how to get one back. */
export function Backups() {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/admin/backups", {}, signal),
  });
  return (
    <>
      <Section
        title={i18n._({ id: "backups.title", message: "Copies of the database" })}
        lead={i18n._({
          id: "backups.lead",
          message:
            "The server makes one every few hours, and one before each update. They lie in the folder backups of its data.",
        })}
      >
        <Loaded query={query} lines={4}>
          {(backups) =>
            backups.length === 0 ? (
              <p className="text-[15px] text-fg-2">
                {i18n._({ id: "backups.none", message: "There is none yet." })}
              </p>
            ) : (
              <ul className="rows" data-part="backups">
                {backups.map(({ name, made_at, size_bytes }) => (
                  <li key={name}>
                    <div className="min-w-0 flex-1">
                      <p>
                        <time dateTime={made_at}>
                          {new Date(made_at).toLocaleString(i18n.locale, {
                            dateStyle: "full",
                            timeStyle: "short",
                          })}
                        </time>
                      </p>
                      <p className="mono text-fg-2 wrap-anywhere">{name}</p>
                    </div>
                    <span className="text-sm text-fg-2 tabular-nums">{sizeWords(size_bytes)}</span>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
        <div className="mt-5">
          <ActionButton
            act={async () => queries.setQueryData(KEY, await call("POST /api/v1/admin/backups", {}))}
          >
            {i18n._({ id: "backups.make", message: "Make one now" })}
          </ActionButton>
        </div>
      </Section>
      <Section
        title={i18n._({ id: "restore.title", message: "A whole backup, and getting one back" })}
        lead={i18n._({
          id: "restore.lead",
          message:
            "With pictures and the key of the secrets, in one archive. Restoring looks at everything first, and moves aside what it replaces. Stop the server before the second command.",
        })}
      >
        <div className="flex flex-col gap-4">
          <CopyField
            label={i18n._({ id: "restore.backup", message: "Back up" })}
            text="rivulet backup rivulet.tar"
          />
          <CopyField
            label={i18n._({ id: "restore.dry", message: "Look what restoring would do" })}
            text="rivulet restore rivulet.tar --dry-run"
          />
          <CopyField
            label={i18n._({ id: "restore.restore", message: "Restore" })}
            text="rivulet restore rivulet.tar"
          />
        </div>
      </Section>
    </>
  );
}

export function sizeWords(bytes: number): string {
  const [value, unit] =
    bytes >= 1e9
      ? [bytes / 1e9, "gigabyte"]
      : bytes >= 1e6
        ? [bytes / 1e6, "megabyte"]
        : [bytes / 1e3, "kilobyte"];
  return new Intl.NumberFormat(i18n.locale, {
    style: "unit",
    unit: unit as string,
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(value as number);
}
