import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { OwncastScope } from "@/api/schema";
import { formatAgo } from "@/lib/format";
import { ActionButton } from "@/ui/forms/action-button";
import { ShownOnce } from "@/ui/forms/copy";
import { Checkbox, TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { Link } from "@/ui/navigation";

const KEY = ["programs"];

function scopes(): [OwncastScope, string][] {
  return [
    ["CAN_SEND_MESSAGES", i18n._({ id: "program.say", message: "Write in chat under its own name" })],
    ["CAN_SEND_SYSTEM_MESSAGES", i18n._({ id: "program.system", message: "Speak in chat as the site" })],
    ["HAS_ADMIN_ACCESS", i18n._({ id: "program.admin", message: "Read and change what an admin may" })],
  ];
}

/** Tokens for programs that were made for Owncast. */
export function Programs() {
  const queries = useQueryClient();
  const [made, setMade] = useState<string | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/admin/programs", {}, signal),
  });
  return (
    <Section
      title={i18n._({ id: "programs.title", message: "Tokens for bots" })}
      lead={i18n._({
        id: "programs.lead",
        message: "For programs made for Owncast: they act for the site, on its primary channel.",
      })}
    >
      <Loaded query={query} lines={2}>
        {(programs) =>
          programs.length === 0 ? (
            <p className="text-[15px] text-fg-2">
              {i18n._({ id: "programs.none", message: "There are none." })}
            </p>
          ) : (
            <ul className="rows" data-part="programs">
              {programs.map((program) => (
                <li key={program.id}>
                  <div className="min-w-0 flex-1 basis-56">
                    <p className="font-semibold wrap-anywhere">{program.name}</p>
                    <p className="text-[13px] text-fg-2">
                      {program.scopes.map((scope) => scopes().find(([it]) => it === scope)?.[1]).join(" · ")}
                    </p>
                    <p className="text-[13px] text-fg-3">
                      {program.last_used_at
                        ? i18n._({
                            id: "keys.used",
                            message: "Last used {ago}",
                            values: {
                              ago: formatAgo(Date.parse(program.last_used_at), Date.now(), i18n.locale),
                            },
                          })
                        : i18n._({ id: "keys.unused", message: "Not used yet" })}
                    </p>
                  </div>
                  <ActionButton
                    kind="danger"
                    about={program.name}
                    confirm={{
                      title: i18n._({
                        id: "programs.remove.title",
                        message: "Remove the token of “{name}”?",
                        values: { name: program.name },
                      }),
                      detail: i18n._({
                        id: "programs.remove.detail",
                        message: "The program is let in no more, at once.",
                      }),
                      yes: i18n._({ id: "programs.remove.yes", message: "Remove it" }),
                    }}
                    act={async () => {
                      await call("DELETE /api/v1/admin/programs/{id}", { path: { id: program.id } });
                      await refresh();
                    }}
                  >
                    {i18n._({ id: "programs.remove", message: "Remove" })}
                  </ActionButton>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {made && (
        <div className="mt-5">
          <ShownOnce
            label={i18n._({ id: "programs.made", message: "Its token. It is shown only now." })}
            text={made}
          />
        </div>
      )}
      <Form
        clears
        label={i18n._({ id: "programs.new", message: "New token for a bot" })}
        className="mt-5 flex flex-col gap-4 border-t border-line pt-5"
        onSubmit={async ({ name = "", ...ticked }) => {
          const wanted = scopes().flatMap(([scope]) => (ticked[scope] ? [scope] : []));
          const { token } = await call("POST /api/v1/admin/programs", {
            body: { name: name.trim(), scopes: wanted },
          });
          setMade(token);
          await refresh();
        }}
      >
        <TextField
          name="name"
          label={i18n._({ id: "programs.name", message: "What the program is called" })}
          maxLength={60}
          autoComplete="off"
          dir="auto"
        />
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-2 text-sm font-semibold">
            {i18n._({ id: "programs.may", message: "What it may" })}
          </legend>
          {scopes().map(([scope, words]) => (
            <Checkbox key={scope} name={scope} label={words} />
          ))}
        </fieldset>
        <Submit>{i18n._({ id: "programs.submit", message: "Make a token" })}</Submit>
      </Form>
      <p className="mt-5 border-t border-line pt-4 text-sm text-fg-2">
        {i18n._({ id: "programs.own", message: "Programs for this server’s own API take a token of yours:" })}{" "}
        <Link href="/settings/tokens" className="link">
          {i18n._({ id: "programs.own-link", message: "your tokens" })}
        </Link>
        .
      </p>
    </Section>
  );
}
