import { i18n } from "@lingui/core";
import { request } from "@/api/client";
import type { Session } from "@/api/types";
import { canUsePasskeys, showPasskey } from "@/lib/passkeys";
import { ActionButton } from "@/ui/forms/action-button";

/** Signs in without a name and without a password, where this site and this browser have passkeys. */
export function PasskeyButton({ onSignedIn }: { onSignedIn(session: Session): void }) {
  if (!canUsePasskeys()) return null;
  const signIn = async () => {
    const options = (await request("POST", "/api/v1/session/passkey/options", undefined)) as {
      public_key: unknown;
    };
    const credential = await showPasskey(options.public_key);
    if (credential === null) return;
    onSignedIn((await request("POST", "/api/v1/session/passkey", { credential })) as Session);
  };
  return (
    <div
      className="mt-5 flex flex-col gap-4 border-t border-line pt-5 [&_.button]:w-full"
      data-part="passkey"
    >
      <ActionButton act={signIn}>
        {i18n._({ id: "sign-in.passkey", message: "Sign in with a passkey" })}
      </ActionButton>
    </div>
  );
}
