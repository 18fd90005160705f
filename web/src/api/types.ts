/** Short names for the schema's types; everything else imports them from here. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Boot = Schemas["Boot"];
export type Channel = Schemas["Channel"];
export type MediaInfo = Schemas["MediaInfo"];
export type PlaybackReport = Schemas["PlaybackReport"];
export type Problem = Schemas["Problem"];
export type RenditionInfo = Schemas["RenditionInfo"];
export type SocketMessage = Schemas["SocketMessage"];
export type Status = Schemas["Status"];
