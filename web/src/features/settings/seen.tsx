import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/client";
import type { FollowsListed } from "@/api/schema";
import { Loaded } from "@/ui/forms/loaded";
import { Notice } from "@/ui/forms/notice";
import { wordsFor } from "@/ui/forms/problem-words";
import { Section } from "@/ui/forms/section";

const KEY = ["follows-listed"];

/** Who sees what of somebody. */
export function Seen() {
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/account/follows/listed", {}, signal),
  });
  return (
    <Section
      title={i18n._({ id: "seen.title", message: "Who sees you" })}
      lead={i18n._({
        id: "seen.lead",
        message: "Some channels show who follows them. Those who run a channel see it in any case.",
      })}
    >
      <Loaded query={query} lines={2}>
        {({ listed }) => <Choice listed={listed} />}
      </Loaded>
    </Section>
  );
}

function Choice({ listed }: FollowsListed) {
  const queries = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  /** Shown at once; the server's answer, or its refusal, has the last word. */
  const choose = async (wanted: boolean) => {
    setProblem(null);
    queries.setQueryData<FollowsListed>(KEY, { listed: wanted });
    try {
      const said = await call("PUT /api/v1/account/follows/listed", { body: { listed: wanted } });
      queries.setQueryData<FollowsListed>(KEY, said);
    } catch (error) {
      queries.setQueryData<FollowsListed>(KEY, { listed });
      setProblem(wordsFor(error));
    }
  };
  return (
    <>
      <label className="flex min-h-11 items-center gap-3">
        <input
          className="checkbox"
          type="checkbox"
          checked={listed}
          onChange={({ target: { checked } }) => void choose(checked)}
        />
        {i18n._({ id: "seen.followers", message: "Name me among the followers of channels" })}
      </label>
      {problem && <Notice kind="error">{problem}</Notice>}
    </>
  );
}
