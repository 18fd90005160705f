/** Passkeys, as far as the browser has them (WebAuthn level 3). */

export function canUsePasskeys(): boolean {
  return (
    typeof PublicKeyCredential !== "undefined" &&
    typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function"
  );
}

/** Makes a passkey; `null` when somebody changed their mind. */
export function makePasskey(options: unknown): Promise<unknown> {
  return asked(async () => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      options as PublicKeyCredentialCreationOptionsJSON,
    );
    return navigator.credentials.create({ publicKey });
  });
}

/** Shows a passkey; `null` when somebody changed their mind. */
export function showPasskey(options: unknown): Promise<unknown> {
  return asked(async () => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      options as PublicKeyCredentialRequestOptionsJSON,
    );
    return navigator.credentials.get({ publicKey });
  });
}

/** This device has one of the account's already. */
export class PasskeyKnown extends Error {}

async function asked(ask: () => Promise<Credential | null>): Promise<unknown> {
  try {
    return ((await ask()) as PublicKeyCredential | null)?.toJSON() ?? null;
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotAllowedError") return null;
    if (error instanceof DOMException && error.name === "InvalidStateError") throw new PasskeyKnown();
    throw error;
  }
}
