import { i18n } from "@lingui/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { AccountsDocument, SiteRole, StaffAccount } from "@/api/schema";
import { formatAgo } from "@/lib/format";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { ActionButton } from "@/ui/forms/action-button";
import { Select, TextField } from "@/ui/forms/fields";
import { FindForm } from "@/ui/forms/find-form";
import { Form, Submit } from "@/ui/forms/form";
import { Notice } from "@/ui/forms/notice";
import { Pages } from "@/ui/forms/pages";
import { Section } from "@/ui/forms/section";
import { useAction } from "@/ui/forms/use-action";

type State = StaffAccount["state"];

interface Filter {
  q: string;
  state: string;
}

interface PeopleProps {
  /** Whose page this is: nobody closes their own account by mistake. */
  self: string;
  mayGiveRoles: boolean;
}

/** The accounts of the site: who waits, who is there, and what they are. */
export function People({ self, mayGiveRoles }: PeopleProps) {
  const [filter, setFilter] = useState<Filter>({ q: "", state: "" });
  const query = useInfiniteQuery({
    queryKey: ["accounts", filter],
    queryFn: ({ pageParam, signal }) => {
      const state = (filter.state || undefined) as State | undefined;
      const query = { q: filter.q || undefined, state, cursor: pageParam };
      return call("GET /api/v1/admin/accounts", { query }, signal);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: AccountsDocument) => page.next ?? undefined,
  });
  return (
    <Section title={i18n._({ id: "people.title", message: "People" })}>
      <Search onSearch={setFilter} />
      <Pages
        query={query}
        itemsOf={(page) => page.accounts}
        none={i18n._({ id: "people.none", message: "Nobody." })}
      >
        {(accounts) => (
          <ul className="rows">
            {accounts.map((account) => (
              <Row
                key={account.id}
                account={account}
                isSelf={account.id === self}
                mayGiveRoles={mayGiveRoles}
              />
            ))}
          </ul>
        )}
      </Pages>
    </Section>
  );
}

function Search({ onSearch }: { onSearch(filter: Filter): void }) {
  return (
    <FindForm
      label={i18n._({ id: "people.search", message: "Find accounts" })}
      text={i18n._({ id: "people.search.text", message: "Name or mail address" })}
      maxLength={254}
      onFind={(q, { state = "" }) => onSearch({ q, state })}
    >
      <div className="sm:w-44">
        <Select name="state" label={i18n._({ id: "people.search.state", message: "State" })}>
          <option value="">{i18n._({ id: "people.state.any", message: "Any" })}</option>
          <option value="pending">{i18n._({ id: "people.state.pending", message: "Waiting" })}</option>
          <option value="active">{i18n._({ id: "people.state.active", message: "In use" })}</option>
          <option value="suspended">{i18n._({ id: "people.state.suspended", message: "Suspended" })}</option>
        </Select>
      </div>
    </FindForm>
  );
}

interface RowProps {
  account: StaffAccount;
  isSelf: boolean;
  mayGiveRoles: boolean;
}

function Row({ account, isSelf, mayGiveRoles }: RowProps) {
  const { username, display_name: name, state, state_reason: reason, last_seen_at: seen } = account;
  return (
    <li data-part="account">
      <Avatar name={name} seed={username} hue={account.colour} size="small" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-semibold wrap-anywhere">
          <bdi>{name}</bdi> <span className="font-normal text-fg-2">@{username}</span>{" "}
          <StateTag state={state} />
        </p>
        <p className="text-[13px] wrap-anywhere text-fg-2">
          {seen
            ? i18n._({
                id: "people.seen",
                message: "Here {ago}",
                values: { ago: formatAgo(Date.parse(seen), Date.now(), i18n.locale) },
              })
            : i18n._({ id: "people.unseen", message: "Never signed in" })}
          {account.email && ` · ${account.email}`}
        </p>
        {reason && (
          <p className="mt-1 text-sm wrap-anywhere" dir="auto">
            “{reason}”
          </p>
        )}
      </div>
      {mayGiveRoles && state === "active" && !isSelf && <Role account={account} />}
      {!isSelf && <Verdict account={account} />}
    </li>
  );
}

function StateTag({ state }: { state: State }) {
  if (state === "pending")
    return (
      <span className="tag" data-kind="warn">
        {i18n._({ id: "people.state.pending", message: "Waiting" })}
      </span>
    );
  if (state === "suspended")
    return (
      <span className="tag" data-kind="bad">
        {i18n._({ id: "people.state.suspended", message: "Suspended" })}
      </span>
    );
  if (state === "deleted")
    return <span className="tag">{i18n._({ id: "people.state.deleted", message: "Deleted" })}</span>;
  return null;
}

function useRefreshPeople() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["accounts"] });
}

function Role({ account }: { account: StaffAccount }) {
  const refresh = useRefreshPeople();
  const [role, setRole] = useState(account.role);
  const action = useAction(async () => {
    await call("PUT /api/v1/admin/accounts/{id}/role", { path: { id: account.id }, body: { role } });
    await refresh();
  });
  return (
    <div className="flex gap-2">
      <select
        className="input w-40"
        aria-label={i18n._({
          id: "people.role",
          message: "Role of {username}",
          values: { username: account.username },
        })}
        value={role}
        onChange={(event) => setRole(event.target.value as SiteRole)}
      >
        <option value="member">{i18n._({ id: "people.role.member", message: "Member" })}</option>
        <option value="moderator">{i18n._({ id: "people.role.moderator", message: "Moderator" })}</option>
        <option value="admin">{i18n._({ id: "people.role.admin", message: "Admin" })}</option>
      </select>
      {role !== account.role && (
        <Button busy={action.busy} onClick={() => void action.run()}>
          {i18n._({ id: "form.save", message: "Save" })}
        </Button>
      )}
      {action.complaint && <Notice kind="error">{action.complaint}</Notice>}
    </div>
  );
}

/** What can be decided about an account, by its state. */
function Verdict({ account }: { account: StaffAccount }) {
  const refresh = useRefreshPeople();
  const { id, username, state } = account;
  const path = { id };
  const activate = async () => {
    await call("POST /api/v1/admin/accounts/{id}/activate", { path });
    await refresh();
  };
  if (state === "pending") {
    return (
      <div className="flex gap-2">
        <ActionButton kind="primary" about={username} act={activate}>
          {i18n._({ id: "people.approve", message: "Approve" })}
        </ActionButton>
        <ActionButton
          kind="danger"
          about={username}
          confirm={{
            title: i18n._({ id: "people.reject.title", message: "Refuse {username}?", values: { username } }),
            detail: i18n._({
              id: "people.reject.detail",
              message: "The account is removed and its name is free again.",
            }),
            yes: i18n._({ id: "people.reject.yes", message: "Refuse" }),
          }}
          act={async () => {
            await call("DELETE /api/v1/admin/accounts/{id}", { path });
            await refresh();
          }}
        >
          {i18n._({ id: "people.reject", message: "Refuse" })}
        </ActionButton>
      </div>
    );
  }
  if (state === "suspended") {
    return (
      <ActionButton about={username} act={activate}>
        {i18n._({ id: "people.reopen", message: "Open again" })}
      </ActionButton>
    );
  }
  return state === "active" ? <Suspend account={account} onDone={refresh} /> : null;
}

function Suspend({ account, onDone }: { account: StaffAccount; onDone(): Promise<void> }) {
  const { id, username } = account;
  const [asks, setAsks] = useState(false);
  if (!asks) {
    return (
      <Button kind="danger" onClick={() => setAsks(true)}>
        {i18n._({ id: "people.suspend", message: "Suspend" })}
        <span className="visually-hidden"> {username}</span>
      </Button>
    );
  }
  return (
    <Form
      className="flex basis-full flex-col gap-3 rounded-card border border-line p-4"
      label={i18n._({ id: "people.suspend.form", message: "Suspend {username}", values: { username } })}
      onSubmit={async ({ reason = "" }) => {
        const body = { reason: reason.trim() };
        await call("POST /api/v1/admin/accounts/{id}/suspend", { path: { id }, body });
        await onDone();
      }}
    >
      <TextField
        name="reason"
        label={i18n._({ id: "people.suspend.reason", message: "Why" })}
        hint={i18n._({
          id: "people.suspend.hint",
          message: "{username} is signed out at once, and reads this when signing in.",
          values: { username },
        })}
        optional
        maxLength={500}
        autoComplete="off"
        dir="auto"
        autoFocus
      />
      <div className="flex gap-2">
        <Submit>{i18n._({ id: "people.suspend", message: "Suspend" })}</Submit>
        <Button kind="quiet" onClick={() => setAsks(false)}>
          {i18n._({ id: "confirm.no", message: "Cancel" })}
        </Button>
      </div>
    </Form>
  );
}
