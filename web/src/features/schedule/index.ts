/** The door of the schedule: what is to come on a channel, and what was. */
export { CalendarLinks } from "./calendar-links";
export { Occurrences } from "./occurrences";
export { OneStream } from "./one-stream";
export { PastBroadcasts } from "./past";
export { useOccurrences } from "./queries";
