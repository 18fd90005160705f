/** The door of the studio: what streamers do for their channels. */
export { AboutForm } from "./about-form";
export { ChannelList, NewChannel, studioPath } from "./channels";
export { GoLive } from "./go-live";
export { Members } from "./members";
export { OnNow } from "./on-now";
export { Panels } from "./panels";
export { Pictures } from "./pictures";
export { useOwnChannels } from "./queries";
export { Schedule } from "./schedule";
export { StreamCard } from "./stream-card";
