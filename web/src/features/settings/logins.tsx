import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { LoginDocument } from "@/api/schema";
import { formatAgo } from "@/lib/format";
import { ActionButton } from "@/ui/forms/action-button";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";
import { browserName } from "./browser-name";

const KEY = ["logins"];

/** Where the account is signed in. */
export function Logins({ onSignedOut }: { onSignedOut(): void }) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/account/logins", {}, signal),
  });
  return (
    <Section
      title={i18n._({ id: "logins.title", message: "Where you are signed in" })}
      lead={i18n._({
        id: "logins.lead",
        message: "Is there one that you do not know? Sign it out and change your password.",
      })}
    >
      <Loaded query={query}>
        {({ logins }) => (
          <ul className="rows">
            {logins.map((login) => (
              <LoginRow
                key={login.id}
                login={login}
                onEnd={async () => {
                  await call("DELETE /api/v1/account/logins/{id}", { path: { id: login.id } });
                  await queries.invalidateQueries({ queryKey: KEY });
                }}
              />
            ))}
          </ul>
        )}
      </Loaded>
      <div className="mt-5 border-t border-line pt-5">
        <ActionButton
          confirm={{
            title: i18n._({ id: "logins.all.title", message: "Sign out everywhere?" }),
            detail: i18n._({
              id: "logins.all.detail",
              message: "Every browser and program has to sign in again, this one too.",
            }),
            yes: i18n._({ id: "logins.all.yes", message: "Sign out everywhere" }),
          }}
          act={async () => {
            await call("DELETE /api/v1/account/logins", {});
            onSignedOut();
          }}
        >
          {i18n._({ id: "logins.all", message: "Sign out everywhere" })}
        </ActionButton>
      </div>
    </Section>
  );
}

function LoginRow({ login, onEnd }: { login: LoginDocument; onEnd(): Promise<void> }) {
  const name = browserName(login.user_agent) || i18n._({ id: "logins.program", message: "A program" });
  const ago = formatAgo(Date.parse(login.last_used_at), Date.now(), i18n.locale);
  return (
    <li>
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-semibold">
          {name}{" "}
          {login.current && (
            <span className="tag ms-1 align-middle" data-kind="good">
              {i18n._({ id: "logins.here", message: "This one" })}
            </span>
          )}
        </p>
        <p className="text-[13px] wrap-anywhere text-fg-2">
          {i18n._({
            id: "logins.used",
            message: "{address}, last used {ago}",
            values: { address: login.address, ago },
          })}
        </p>
      </div>
      {!login.current && (
        <ActionButton kind="danger" about={name} act={onEnd}>
          {i18n._({ id: "logins.end", message: "Sign out" })}
        </ActionButton>
      )}
    </li>
  );
}
