/** The door of the channel feature. */
export { About } from "./about";
export { FollowButton } from "./follow-button";
export { Details, MetaBar } from "./meta-bar";
export { NextStream } from "./next-stream";
