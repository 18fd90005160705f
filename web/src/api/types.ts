/** Short names for the schema's types; everything else imports them from here. */
import type {
  ChannelDocument,
  Code,
  Problem as DescribedProblem,
  DirectoryEntry,
  ServerMessage,
  SiteSummary,
} from "./schema";

export type { DirectoryEntry, MediaInfo, PlaybackReport, RenditionInfo, Status } from "./schema";

export type Channel = ChannelDocument;
export type SocketMessage = ServerMessage;

/** Proxies in front of the server have problems that it does not describe. */
export type Problem = Omit<DescribedProblem, "code"> & { code: Code | "unexpected_answer" };

/** What the server writes into the page. */
export interface Boot {
  site: SiteSummary;
  channel: Channel | null;
  /** At `/` of a site with many channels: those on air first. */
  directory?: DirectoryEntry[];
  version: string;
}
