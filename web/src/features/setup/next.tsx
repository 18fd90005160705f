import { i18n } from "@lingui/core";
import { Button } from "@/ui/button";
import { Submit } from "@/ui/forms/form";

/** Keeps what a step says and goes on, or goes on without. */
export function Next({ onSkip }: { onSkip(): void }) {
  return (
    <div className="mt-2 flex flex-wrap items-center gap-3">
      <Submit>{i18n._({ id: "setup.next", message: "Go on" })}</Submit>
      <Button kind="quiet" onClick={onSkip}>
        {i18n._({ id: "setup.skip", message: "Skip this" })}
      </Button>
    </div>
  );
}
