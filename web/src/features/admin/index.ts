/** The door of what those who run the site do. */
export { About } from "./about";
export { Actions } from "./actions";
export { Audit } from "./audit";
export { Backups } from "./backups";
export { Branding } from "./branding";
export { Categories } from "./categories";
export { Channels } from "./channels";
export { ChatKeeping } from "./chat-keeping";
export { General } from "./general";
export { Home } from "./home";
export { Invitations } from "./invitations";
export { Jobs } from "./jobs";
export { Machine } from "./machine";
export { People } from "./people";
export { Programs } from "./programs";
export { SiteForm } from "./site-form";
export { Webhooks } from "./webhooks";
