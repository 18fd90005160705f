import { i18n } from "@lingui/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { ActionDocument, ActionKind, Actions } from "@/api/schema";
import { Button } from "@/ui/button";
import { ActionButton } from "@/ui/forms/action-button";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { Notice } from "@/ui/forms/notice";
import { wordsFor } from "@/ui/forms/problem-words";
import { Section } from "@/ui/forms/section";
import { useRefresh } from "./queries";

function useActions(channel: string) {
  return useInfiniteQuery({
    queryKey: ["chat-actions", channel],
    queryFn: ({ pageParam, signal }) => {
      const input = { path: { name: channel }, query: { before: pageParam } };
      return call("GET /api/v1/channels/{name}/chat/actions", input, signal);
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Actions) => (page.more ? page.actions.at(-1)?.id : undefined),
  });
}

/** Who is silenced or banned now. */
export function Bans({ channel }: { channel: string }) {
  const query = useActions(channel);
  const now = Date.now();
  const actions = query.data?.pages.flatMap((page) => page.actions) ?? [];
  const standing = actions.filter(
    ({ kind, undone_at, until }) =>
      (kind === "ban" || kind === "timeout") && !undone_at && (!until || Date.parse(until) > now),
  );
  return (
    <Section
      title={i18n._({ id: "bans.title", message: "Banned and silenced" })}
      lead={i18n._({
        id: "bans.lead",
        message: "From the newest actions. People are told why, and can appeal.",
      })}
    >
      {standing.length === 0 && (
        <p className="text-[15px] text-fg-2">{i18n._({ id: "bans.none", message: "Nobody is." })}</p>
      )}
      <ul className="rows">
        {standing.map((action) => (
          <ActionRow key={action.id} channel={channel} action={action} />
        ))}
      </ul>
      <BanNetwork channel={channel} />
    </Section>
  );
}

function BanNetwork({ channel }: { channel: string }) {
  const refresh = useRefresh();
  return (
    <Form
      clears
      label={i18n._({ id: "bans.network", message: "Ban an address" })}
      className="mt-5 grid gap-4 border-t border-line pt-5 sm:grid-cols-[1fr_1fr_auto] sm:items-end"
      onSubmit={async ({ network = "", reason = "" }) => {
        await call("POST /api/v1/channels/{name}/chat/actions", {
          path: { name: channel },
          body: { action: "ban", network: network.trim(), reason: reason.trim() },
        });
        await refresh("chat-actions", channel);
      }}
    >
      <TextField
        name="network"
        label={i18n._({ id: "bans.address", message: "Address or range" })}
        placeholder="203.0.113.0/24"
        autoComplete="off"
        spellCheck={false}
      />
      <TextField
        name="reason"
        label={i18n._({ id: "bans.reason", message: "Reason" })}
        optional
        maxLength={300}
        autoComplete="off"
        dir="auto"
      />
      <Submit>{i18n._({ id: "bans.submit", message: "Ban it" })}</Submit>
    </Form>
  );
}

/** Everything that was done, with the way to take it back. */
export function ModerationLog({ channel }: { channel: string }) {
  const query = useActions(channel);
  const actions = query.data?.pages.flatMap((page) => page.actions);
  return (
    <Section title={i18n._({ id: "mod-log.title", message: "What was done" })}>
      {query.error && <Notice kind="error">{wordsFor(query.error)}</Notice>}
      {query.isPending && <div className="skeleton h-40" />}
      {actions?.length === 0 && (
        <p className="text-[15px] text-fg-2">{i18n._({ id: "mod-log.none", message: "Nothing yet." })}</p>
      )}
      <ol className="rows">
        {actions?.map((action) => (
          <ActionRow key={action.id} channel={channel} action={action} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button className="mt-5" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {i18n._({ id: "page.more", message: "Show more" })}
        </Button>
      )}
    </Section>
  );
}

function ActionRow({ channel, action }: { channel: string; action: ActionDocument }) {
  const { id, at, by, kind, chatter_name: name, network, reason, until, undone_at, undone_by } = action;
  const refresh = useRefresh();
  const date = (text: string) =>
    new Date(text).toLocaleString(i18n.locale, { dateStyle: "medium", timeStyle: "short" });
  return (
    <li data-part="mod-action">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <span className="tag" data-kind={kind === "ban" ? "bad" : kind === "timeout" ? "warn" : undefined}>
            {kindWords(kind)}
          </span>
          <bdi className="font-semibold wrap-anywhere">{name || network}</bdi>
          <span className="text-[13px] text-fg-2">
            {i18n._({ id: "mod-log.by", message: "by {by}, {date}", values: { by, date: date(at) } })}
          </span>
        </p>
        {reason && (
          <p className="mt-1 text-[15px] wrap-anywhere" dir="auto">
            {reason}
          </p>
        )}
        {until && !undone_at && (
          <p className="mt-1 text-[13px] text-fg-2">
            {i18n._({ id: "mod-log.until", message: "until {date}", values: { date: date(until) } })}
          </p>
        )}
        {undone_at && (
          <p className="mt-1 text-[13px] text-fg-2">
            {i18n._({ id: "mod-log.undone", message: "taken back by {by}", values: { by: undone_by ?? "" } })}
          </p>
        )}
      </div>
      {!undone_at && !["unban", "untimeout", "warn", "unpin"].includes(kind) && (
        <ActionButton
          kind="quiet"
          about={name}
          act={async () => {
            await call("DELETE /api/v1/channels/{name}/chat/actions/{id}", { path: { name: channel, id } });
            await refresh("chat-actions", channel);
          }}
        >
          {i18n._({ id: "mod-log.undo", message: "Undo" })}
        </ActionButton>
      )}
    </li>
  );
}

function kindWords(kind: ActionKind): string {
  const words: Record<ActionKind, string> = {
    delete: i18n._({ id: "mod-kind.delete", message: "deleted" }),
    clear: i18n._({ id: "mod-kind.clear", message: "all removed" }),
    timeout: i18n._({ id: "mod-kind.timeout", message: "silenced" }),
    untimeout: i18n._({ id: "mod-kind.untimeout", message: "heard again" }),
    ban: i18n._({ id: "mod-kind.ban", message: "banned" }),
    unban: i18n._({ id: "mod-kind.unban", message: "let in again" }),
    warn: i18n._({ id: "mod-kind.warn", message: "warned" }),
    pin: i18n._({ id: "mod-kind.pin", message: "pinned" }),
    unpin: i18n._({ id: "mod-kind.unpin", message: "unpinned" }),
  };
  return words[kind];
}
