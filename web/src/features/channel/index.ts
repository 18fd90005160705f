/** The door of the channel feature. */
export { About } from "./about";
export { Actions } from "./actions";
export { FollowButton } from "./follow-button";
export { Details, MetaBar } from "./meta-bar";
export { NextStream } from "./next-stream";
