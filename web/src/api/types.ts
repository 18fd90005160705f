/** Short names for the schema's types; everything else imports them from here. */
import type { ChannelDocument, Code, Problem as DescribedProblem, ServerMessage } from "./schema";

export type { MediaInfo, PlaybackReport, RenditionInfo, Status } from "./schema";

export type Channel = ChannelDocument;
export type SocketMessage = ServerMessage;

/** Proxies in front of the server have problems that it does not describe. */
export type Problem = Omit<DescribedProblem, "code"> & { code: Code | "unexpected_answer" };

/** What the server writes into the page. */
export interface Boot {
  site: { name: string };
  channel: Channel | null;
  version: string;
}
