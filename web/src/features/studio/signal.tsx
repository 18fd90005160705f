import { i18n } from "@lingui/core";
import type { Health } from "@/api/schema";
import { Section } from "@/ui/forms/section";
import { Icon } from "@/ui/icon";
import { type Check, checksOf } from "./checklist";

/** The list that turns green while an encoder finds its way. */
export function Signal({ health }: { health: Health | undefined }) {
  const checks = checksOf(health);
  return (
    <Section
      title={i18n._({ id: "signal.title", message: "Is it coming through?" })}
      lead={i18n._({ id: "signal.lead", message: "Start your encoder and watch this list." })}
    >
      <ol className="checks" data-part="signal" aria-live="polite">
        {checks.map((check) => (
          <Line key={check.id} check={check} />
        ))}
      </ol>
    </Section>
  );
}

function Line({ check: { id, state, words } }: { check: Check }) {
  return (
    <li data-check={id} data-state={state}>
      <span className="check-mark" aria-hidden="true">
        {state === "good" ? <Icon name="check" /> : state === "poor" ? <Icon name="warning" /> : null}
      </span>
      <span>
        {words}
        <span className="visually-hidden">
          {" "}
          {state === "good"
            ? i18n._({ id: "check.state.good", message: "(done)" })
            : state === "poor"
              ? i18n._({ id: "check.state.poor", message: "(not as it should be)" })
              : i18n._({ id: "check.state.waiting", message: "(not yet)" })}
        </span>
      </span>
    </li>
  );
}
