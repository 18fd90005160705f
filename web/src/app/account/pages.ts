/** How people come in: the pages that share one script. */
import "@/lib/page-messages";
import "../styles/pages.css";

export { ConfirmMailPage } from "./confirm-mail-page";
export { RegisterPage } from "./register-page";
export { ResetPage } from "./reset-page";
export { SetUpPage } from "./set-up-page";
export { SignInPage } from "./sign-in-page";
