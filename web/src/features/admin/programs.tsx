import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { OwncastScope } from "@/api/schema";
import { ShownOnce } from "@/ui/forms/copy";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { LastUsed } from "@/ui/forms/last-used";
import { Loaded } from "@/ui/forms/loaded";
import { RemoveButton } from "@/ui/forms/remove-button";
import { Rows } from "@/ui/forms/rows";
import { Section } from "@/ui/forms/section";
import { CheckGroup, ticked } from "@/ui/forms/ticks";
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
        {(programs) => (
          <Rows
            items={programs}
            none={i18n._({ id: "programs.none", message: "There are none." })}
            part="programs"
          >
            {(program) => (
              <li key={program.id}>
                <div className="min-w-0 flex-1 basis-56">
                  <p className="font-semibold wrap-anywhere">{program.name}</p>
                  <p className="text-[13px] text-fg-2">
                    {program.scopes.map((scope) => scopes().find(([it]) => it === scope)?.[1]).join(" · ")}
                  </p>
                  <LastUsed at={program.last_used_at} />
                </div>
                <RemoveButton
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
                  }}
                  act={async () => {
                    await call("DELETE /api/v1/admin/programs/{id}", { path: { id: program.id } });
                    await refresh();
                  }}
                />
              </li>
            )}
          </Rows>
        )}
      </Loaded>
      {made && (
        <ShownOnce
          label={i18n._({ id: "programs.made", message: "Its token. It is shown only now." })}
          text={made}
        />
      )}
      <Form
        clears
        label={i18n._({ id: "programs.new", message: "New token for a bot" })}
        className="mt-5 flex flex-col gap-4 border-t border-line pt-5"
        onSubmit={async ({ name = "", ...values }) => {
          const { token } = await call("POST /api/v1/admin/programs", {
            body: { name: name.trim(), scopes: ticked(values, scopes()) },
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
        <CheckGroup label={i18n._({ id: "programs.may", message: "What it may" })} choices={scopes()} />
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
