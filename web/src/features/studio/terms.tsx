import { i18n } from "@lingui/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { PreviewDocument, TermAction, TermBody, TermDocument, TermKind } from "@/api/schema";
import { Button } from "@/ui/button";
import { Select, TextField } from "@/ui/forms/fields";
import { Form, Submit, type Values } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { RemoveButton } from "@/ui/forms/remove-button";
import { Section } from "@/ui/forms/section";
import { useAction } from "@/ui/forms/use-action";
import { useRefresh } from "./queries";

interface TermsProps {
  channel: string;
  /** Whether the words hold everywhere: what those who run the site decide. */
  site?: boolean;
}

/** Words that may not be said; a new one can be tried on what was said before it counts. */
export function Terms({ channel, site = false }: TermsProps) {
  const query = useQuery({
    queryKey: ["chat-terms", channel],
    queryFn: ({ signal }) =>
      call("GET /api/v1/channels/{name}/chat/terms", { path: { name: channel } }, signal),
  });
  return (
    <Section
      title={
        site
          ? i18n._({ id: "terms.site-title", message: "Blocked words of the site" })
          : i18n._({ id: "terms.title", message: "Blocked words" })
      }
      lead={i18n._({
        id: "terms.lead",
        message: "Letters that look alike, and letters spread apart, are found as well.",
      })}
    >
      <Loaded query={query} lines={3}>
        {(terms) => (
          <TermList channel={channel} site={site} terms={terms.filter((it) => !site || it.is_of_site)} />
        )}
      </Loaded>
      <NewTerm channel={channel} site={site} />
    </Section>
  );
}

function TermList({ channel, site, terms }: { channel: string; site: boolean; terms: TermDocument[] }) {
  const refresh = useRefresh();
  if (terms.length === 0)
    return (
      <p className="text-[15px] text-fg-2">{i18n._({ id: "terms.none", message: "There are none." })}</p>
    );
  return (
    <ul className="rows" data-part="terms">
      {terms.map(({ id, pattern, kind, action, is_of_site: ofSite }) => (
        <li key={id}>
          <div className="min-w-0 flex-1">
            <p className="mono wrap-anywhere">{pattern}</p>
            <p className="text-[13px] text-fg-2">
              {kindWords(kind)} · {actionWords(action)}
              {ofSite && !site && ` · ${i18n._({ id: "terms.of-site", message: "of the whole site" })}`}
            </p>
          </div>
          {ofSite === site && (
            <RemoveButton
              about={pattern}
              act={async () => {
                if (site) await call("DELETE /api/v1/admin/chat/terms/{id}", { path: { id } });
                else
                  await call("DELETE /api/v1/channels/{name}/chat/terms/{id}", {
                    path: { name: channel, id },
                  });
                await refresh("chat-terms");
              }}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function NewTerm({ channel, site }: { channel: string; site: boolean }) {
  const refresh = useRefresh();
  const [tried, setTried] = useState<PreviewDocument | null>(null);
  const [draft, setDraft] = useState<Values>({});
  const preview = useAction(async () => {
    const body = { terms: [termOf(draft)] };
    setTried(await call("POST /api/v1/channels/{name}/chat/preview", { path: { name: channel }, body }));
  });
  return (
    <Form
      clears
      label={i18n._({ id: "terms.new", message: "New blocked word" })}
      className="mt-5 flex flex-col gap-4 border-t border-line pt-5"
      onSubmit={async (values) => {
        const body = termOf(values);
        if (site) await call("POST /api/v1/admin/chat/terms", { body });
        else await call("POST /api/v1/channels/{name}/chat/terms", { path: { name: channel }, body });
        setTried(null);
        await refresh("chat-terms");
      }}
    >
      <div className="grid gap-4 sm:grid-cols-3">
        <TextField
          name="pattern"
          label={i18n._({ id: "terms.pattern", message: "Word" })}
          minLength={2}
          maxLength={60}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={({ target }) => setDraft({ ...draft, pattern: target.value })}
        />
        <Select
          name="kind"
          label={i18n._({ id: "terms.kind", message: "Where" })}
          onChange={({ target }) => setDraft({ ...draft, kind: target.value })}
        >
          {(["word", "substring", "wildcard"] as const).map((kind) => (
            <option key={kind} value={kind}>
              {kindWords(kind)}
            </option>
          ))}
        </Select>
        <Select
          name="action"
          label={i18n._({ id: "terms.action", message: "What happens" })}
          onChange={({ target }) => setDraft({ ...draft, action: target.value })}
        >
          {(["hold", "block"] as const).map((action) => (
            <option key={action} value={action}>
              {actionWords(action)}
            </option>
          ))}
        </Select>
      </div>
      {tried && (
        <Notice kind="info">
          {i18n._({
            id: "terms.tried",
            message:
              "Of the last {looked, plural, one {# message} other {# messages}} it would have stopped {count}.",
            values: { looked: tried.looked_at, count: tried.held + tried.refused },
          })}
          {tried.examples.length > 0 && (
            <ul className="mt-2 flex flex-col gap-1">
              {tried.examples.slice(0, 3).map(({ id, author_name, text }) => (
                <li key={id} className="wrap-anywhere" dir="auto">
                  <b>{author_name}</b> {text}
                </li>
              ))}
            </ul>
          )}
        </Notice>
      )}
      {preview.complaint && <Notice kind="error">{preview.complaint}</Notice>}
      <div className="flex flex-wrap gap-3">
        <Submit>{i18n._({ id: "terms.submit", message: "Block it" })}</Submit>
        <Button
          busy={preview.busy}
          disabled={(draft.pattern ?? "").trim().length < 2}
          onClick={() => void preview.run()}
        >
          {i18n._({ id: "terms.try", message: "Try it first" })}
        </Button>
      </div>
    </Form>
  );
}

function termOf({ pattern = "", kind = "word", action = "hold" }: Values): TermBody {
  return { pattern: pattern.trim(), kind: kind as TermKind, action: action as TermAction };
}

function kindWords(kind: TermKind): string {
  if (kind === "word") return i18n._({ id: "term-kind.word", message: "as a whole word" });
  if (kind === "substring") return i18n._({ id: "term-kind.substring", message: "anywhere in a word" });
  return i18n._({ id: "term-kind.wildcard", message: "with * for any letters" });
}

function actionWords(action: TermAction): string {
  return action === "hold"
    ? i18n._({ id: "term-action.hold", message: "waits for a moderator" })
    : i18n._({ id: "term-action.block", message: "is refused" });
}
