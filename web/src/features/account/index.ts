/** The door of the account feature: how people come in. */
export { NewPasswordForm } from "./new-password-form";
export { PasskeyButton } from "./passkey-button";
export { RegisterForm } from "./register-form";
export { SignInForm } from "./sign-in-form";
