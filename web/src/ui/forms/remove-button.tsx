import { i18n } from "@lingui/core";
import { ActionButton } from "./action-button";

interface RemoveButtonProps {
  /** What is removed, for those who hear the button without what stands around it. */
  about: string;
  /** Asks first, where somebody would miss it: what happens then. */
  confirm?: { title: string; detail: string };
  act(): Promise<unknown>;
}

/** Takes one thing out of a list. */
export function RemoveButton({ about, confirm, act }: RemoveButtonProps) {
  const yes = i18n._({ id: "remove.yes", message: "Remove it" });
  return (
    <ActionButton kind="danger" about={about} confirm={confirm && { ...confirm, yes }} act={act}>
      {i18n._({ id: "remove.button", message: "Remove" })}
    </ActionButton>
  );
}
