/** The door of the channel feature. */
export { About } from "./about";
export { MetaBar } from "./meta-bar";
