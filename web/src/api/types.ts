/** Short names for the schema's types; everything else imports them from here. */
import type {
  ChannelDocument,
  Code,
  Coming,
  Problem as DescribedProblem,
  DirectoryEntry,
  OwnAccount,
  ServerMessage,
  SessionDocument,
  SiteSummary,
} from "./schema";

export type {
  DirectoryEntry,
  MediaInfo,
  PlaybackReport,
  RenditionInfo,
  SiteAction,
  SiteSummary,
  Status,
} from "./schema";

export type Channel = ChannelDocument;
export type SocketMessage = ServerMessage;
/** Without `account`, somebody is a guest. */
export type Session = SessionDocument;
export type Account = OwnAccount;

/** Proxies in front of the server have problems that it does not describe. */
export type Problem = Omit<DescribedProblem, "code"> & { code: Code | "unexpected_answer" };

/** What the server writes into the page. */
export interface Boot {
  site: SiteSummary;
  channel: Channel | null;
  /** Where encoders come in; null where none do. */
  rtmp_port: number | null;
  /** At `/` of a site with many channels: those on air first. */
  directory?: DirectoryEntry[];
  /** On the page of a schedule: what is planned, of one stream alone where that is named. */
  planned?: { stream: string | null; occurrences: Coming[] };
  version: string;
}
