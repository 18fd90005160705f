/** The door of what those who run the site do. */
export { Audit } from "./audit";
export { Categories } from "./categories";
export { Invitations } from "./invitations";
export { People } from "./people";
export { SiteForm } from "./site-form";
