/** The door of the first steps: what a new site is asked, one thing at a time. */
export { LookStep } from "./look-step";
export { ModeStep } from "./mode-step";
export { NameStep } from "./name-step";
export { CHANNEL } from "./queries";
export { TestStream } from "./test-stream";
