/** The door of the settings of one's own account. */
export { Install, Kept, Look, Playback } from "./device";
export { DeleteAccount, ExportAccount } from "./leaving";
export { Logins } from "./logins";
export { MailForm } from "./mail-form";
export { Passkeys } from "./passkeys";
export { PasswordForm } from "./password-form";
export { ProfileForm } from "./profile-form";
export { Seen } from "./seen";
export { Tokens } from "./tokens";
export { TwoFactor } from "./two-factor";
