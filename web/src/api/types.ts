/** Short names for the schema's types; everything else imports them from here. */
import type {
  ChannelDocument,
  Code,
  Problem as DescribedProblem,
  OwnAccount,
  ServerMessage,
  SessionDocument,
} from "./schema";

export type { MediaInfo, PlaybackReport, RenditionInfo, Status } from "./schema";

export type Channel = ChannelDocument;
export type SocketMessage = ServerMessage;
/** Without `account`, somebody is a guest. */
export type Session = SessionDocument;
export type Account = OwnAccount;

/** Proxies in front of the server have problems that it does not describe. */
export type Problem = Omit<DescribedProblem, "code"> & { code: Code | "unexpected_answer" };

/** What the server writes into the page. */
export interface Boot {
  site: { name: string };
  channel: Channel | null;
  /** Where encoders come in; null where none do. */
  rtmp_port: number | null;
  version: string;
}
