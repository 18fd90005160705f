/** The types of the server's API. `npm run fix` writes them from its description. */

/** What a GET of each path answers. */
export interface Answers {
  /** The tokens that you have made for programs */
  "/api/v1/account/api-tokens": ApiTokensDocument;
  /** Everywhere that you are signed in */
  "/api/v1/account/logins": LoginsDocument;
  /** Who may make an account here */
  "/api/v1/accounts/policy": Policy;
  /** A channel and what it is doing */
  "/api/v1/channels/{name}": ChannelDocument;
  /** The storyboard of a broadcast, where the channel's setting asks for one */
  "/api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails": StoryboardDocument;
  /** How a channel's stream is and was, in sentences with a remedy */
  "/api/v1/channels/{name}/health": HealthDocument;
  /** How many jobs of each kind wait, run and were given up */
  "/api/v1/jobs": JobsDocument;
  /** Jobs that were given up, the latest first */
  "/api/v1/jobs/parked": Page_ParkedJob;
  /** Who asks, and what they may on the site */
  "/api/v1/session": SessionDocument;
  /** What the transcoder can do, and what it is doing */
  "/api/v1/transcoding": TranscodingDocument;
}

/** Whether somebody may use an account. */
export type AccountState = "pending" | "active" | "suspended" | "deleted";

/** What a new token is for. */
export type ApiTokenBody = {
  /** Without it, until it is removed */
  expires_in_days?: number | null;
  label: string;
  scopes: Array<Scope>;
};

/** A token, without the secret. */
export type ApiTokenDocument = {
  created_at: string;
  expires_at?: string | null;
  id: string;
  label: string;
  /** To five minutes */
  last_used_at?: string | null;
  scopes: Array<Scope>;
};

/** The tokens of an account. */
export type ApiTokensDocument = {
  tokens: Array<ApiTokenDocument>;
};

/** How the players that report fared over the last minute. */
export type Audience = {
  /** What the players' networks carry, by their own estimates. */
  bandwidth: Spread;
  /** What the players have in their buffers. */
  buffer: Spread;
  /** How many of the pictures that were decoded were not shown, from 0 to 1. */
  dropped_share: number;
  /** Players with errors. */
  failed: number;
  /** How far pictures are behind what the encoder sends. */
  latency: Spread;
  /** How many players report. */
  players: number;
  /** How many play which rendition. */
  renditions: Array<RenditionPlayers>;
  /** Players whose picture stood still. */
  stalled: number;
  /** For how much of the time pictures stood still, from 0 to 1. */
  stalled_share: number;
  /** Changes from one rendition to another. */
  switches: number;
};

/** The sound of a broadcast. */
export type AudioInfo = {
  /** Number of channels. */
  channels: number;
  /** RFC 6381 form. */
  codec: string;
  /** Samples per second. */
  sample_rate: number;
};

/** A broadcast, as the transcoder sees it. */
export type BroadcastDocument = {
  channel_id: string;
  child?: ChildDocument | null;
  id: string;
  /** Its place in the queue; 1 is the next. */
  place?: number | null;
  /** What it waits for, or what went wrong. */
  reason?: string | null;
  remarks: Array<RemarkDocument>;
  rungs: Array<RungDocument>;
  state: BroadcastState;
};

/** What is done for a broadcast. */
export type BroadcastState = "measuring" | "idle" | "queued" | "starting" | "running" | "backing_off" | "too_slow";

/** A channel as its page shows it. */
export type ChannelDocument = {
  /** About the channel; may be empty. */
  description: string;
  /** Whether it is the channel that `/` shows. */
  is_primary: boolean;
  /** Its name. */
  name: string;
  /** Where the picture is that its owner gave it, if any. */
  picture_url: string | null;
  /** Where its master playlist is. */
  playback_url: string;
  /** Its name in addresses. */
  slug: string;
  /** What it is doing. */
  status: Status;
  /** What is on now; may be empty. */
  title: string;
};

/** A process that encodes. */
export type ChildDocument = {
  cpu_ms: number;
  /** Packets that were not packaged in time. */
  dropped_packets: number;
  /** Pictures made so far, of all rungs. */
  frames: number;
  lag_ms: number;
  memory_bytes: number;
  pid: number;
  /** Seconds of media made in a second. */
  speed: number;
};

/** What the API says went wrong; the web application translates the code. */
export type Code = "channel_not_found" | "not_found" | "method_not_allowed" | "key_needed" | "too_large" | "too_often" | "bad_request" | "not_yet" | "too_many" | "forbidden" | "sign_in_needed" | "role_needed" | "scope_needed" | "token_invalid" | "wrong_origin" | "wrong_credentials" | "code_needed" | "code_wrong" | "code_invalid" | "account_pending" | "account_suspended" | "registration_closed" | "invitation_needed" | "invitation_invalid" | "name_taken" | "name_invalid" | "password_weak" | "mail_invalid" | "mail_taken" | "invalid" | "full" | "last_admin" | "cursor_invalid" | "in_progress" | "key_reused" | "internal";

/** How a stream is, all in all. */
export type Condition = "good" | "fair" | "poor";

/** An encoder of ffmpeg. */
export type EncoderDocument = {
  /** Its name in ffmpeg. */
  name: string;
  /** Why it fails. */
  reason?: string | null;
  state: EncoderState;
};

/** What came of trying an encoder. */
export type EncoderState = "works" | "missing" | "fails";

/** What was found. The names are stable. */
export type Finding = "encoder_gone" | "encoder_silent" | "encoder_reconnects" | "upload_too_slow" | "bitrate_collapsed" | "bitrate_wasteful" | "keyframes_far_apart" | "frame_rate_unsteady" | "frame_rate_variable" | "size_changed" | "clock_jumped" | "b_frames" | "codec_not_playable" | "audio_missing" | "audio_stopped" | "video_missing" | "transcoder_missing" | "transcoder_queued" | "transcoder_behind" | "transcoder_fails" | "viewers_stall" | "viewers_fail" | "viewers_short_of_bandwidth" | "viewers_drop_frames";

/** Something that is found, and what to do about it. */
export type FindingDocument = {
  /** Its stable name. */
  code: Finding;
  /** What to do about it. */
  remedy: string;
  /** What is found, in words. */
  sentence: string;
  /** How bad it is. */
  severity: Severity;
  /** Since when (RFC 3339, UTC). */
  since: string;
};

/** How a channel's stream is. */
export type Health = {
  /** When this was found out (RFC 3339, UTC). */
  at: string;
  /** What players report. */
  audience: Audience;
  /** Which broadcast is on; `null` when nothing is. */
  broadcast_id: string | null;
  condition: Condition | null;
  /** What there is to say about it, the worst first. */
  findings: Array<FindingDocument>;
  ingest: Ingest | null;
  /** How many are watching. */
  viewers: number;
};

/** How a channel's stream is, and how it was. */
export type HealthDocument = {
  /** How it is now. */
  health: Health;
  /** How the broadcast was, or the last one, oldest first: a point for every two seconds of the last ten minutes, and one for every minute of the eight hours before. */
  history: Array<HealthPoint>;
};

/** A broadcast at one moment, or in one minute. */
export type HealthPoint = {
  /** When (RFC 3339, UTC). */
  at: string;
  /** Bits per second. */
  audio_bps: number;
  /** How it was all in all; the worst of its minute. */
  condition: Condition;
  /** Frames per second. */
  frame_rate: number;
  /** How late frames came. */
  lag_ms: number;
  /** The middle of the players' latencies; `null` where none said. */
  latency_ms: number | null;
  /** How many players reported. */
  players: number;
  /** How many of them had stood still in the minute before. */
  stalled: number;
  /** Bits per second. */
  video_bps: number;
  /** How many were watching. */
  viewers: number;
};

/** What comes from the encoder, measured over the last ten seconds. */
export type Ingest = {
  audio: IngestAudio | null;
  /** Jumps of the encoder's clock. */
  clock_jumps: number;
  /** How unevenly frames come (RFC 3550). */
  jitter_ms: number;
  /** How much later than the quickest ones the newest frame came. */
  lag_ms: number;
  /** Frames that came late. */
  late_frames: number;
  /** The longest time in which nothing came. */
  longest_wait_ms: number;
  /** How often an encoder has come back into this broadcast. */
  reconnects: number;
  video: IngestVideo | null;
};

/** The sound as it comes from the encoder. */
export type IngestAudio = {
  /** Bits per second. */
  bitrate_bps: number;
  /** Number of channels. */
  channels: number;
  /** RFC 6381 form. */
  codec: string;
  /** Samples per second. */
  sample_rate: number;
};

/** The pictures as they come from the encoder. */
export type IngestVideo = {
  /** Whether there are B-frames. */
  b_frames: boolean;
  /** Bits per second. */
  bitrate_bps: number;
  /** RFC 6381 form. */
  codec: string;
  /** Frames per second on the encoder's clock. */
  frame_rate: number;
  /** In pixels. */
  height: number;
  /** From one keyframe to the next; `null` until there were two. */
  keyframe_interval_ms: number | null;
  /** The longest such time lately. */
  longest_keyframe_interval_ms: number;
  /** How much of the pictures is missing, from 0 to 1. */
  missing_share: number;
  /** How much the time between pictures varies: standard deviation by mean. */
  unevenness: number;
  /** In pixels. */
  width: number;
};

/** The jobs of one kind. */
export type JobFigures = {
  kind: string;
  /** Were given up. */
  parked: number;
  running: number;
  /** Wait for their time, for a worker, or for another attempt. */
  waiting: number;
};

/** How many jobs of each kind there are. */
export type JobsDocument = {
  kinds: Array<JobFigures>;
};

/** A broadcast that is over. */
export type LastBroadcast = {
  /** When it ended (RFC 3339, UTC). */
  ended_at: string;
  /** When it began (RFC 3339, UTC). */
  started_at: string;
};

/** One sign-in. */
export type LoginDocument = {
  /** Where it came from, or the network of it */
  address: string;
  created_at: string;
  /** Whether it is the one that asks */
  current: boolean;
  expires_at: string;
  id: string;
  kind: LoginKind;
  /** To five minutes */
  last_used_at: string;
  /** What the browser or program calls itself */
  user_agent: string;
};

/** What signed in. */
export type LoginKind = "browser" | "client";

/** Everywhere that an account is signed in. */
export type LoginsDocument = {
  /** The latest used first */
  logins: Array<LoginDocument>;
};

/** What a broadcast sends. */
export type MediaInfo = {
  audio: AudioInfo | null;
  /** Measured over the window, in bits per second. */
  bitrate_bps: number;
  /** Longest part, in milliseconds. */
  part_target_ms: number;
  /** What the master playlist lists, best first. */
  renditions: Array<RenditionInfo>;
  /** `EXT-X-TARGETDURATION`, in milliseconds. */
  target_duration_ms: number;
  video: VideoInfo | null;
};

/** A new token. */
export type NewApiTokenDocument = ApiTokenDocument & {
  /** Shown here and nowhere again */
  secret: string;
};

/** An account, as its owner sees it. */
export type OwnAccount = {
  bio: string;
  /** A hue, 0 to 359 */
  colour: number;
  created_at: string;
  display_name: string;
  email?: string | null;
  email_confirmed: boolean;
  id: string;
  role: SiteRole;
  /** Whether signing in takes a code of an authenticator */
  two_factor: boolean;
  username: string;
};

/** One page of a list. */
export type Page_ParkedJob = {
  items: Array<{
    /** How often it was tried. */
    attempts: number;
    created_at: string;
    id: string;
    kind: string;
    parked_at: string;
    /** What the last attempt failed of. */
    reason: string;
  }>;
  /** The cursor of the next page; absent on the last one. */
  next?: string | null;
};

/** A job that was given up. */
export type ParkedJob = {
  /** How often it was tried. */
  attempts: number;
  created_at: string;
  id: string;
  kind: string;
  parked_at: string;
  /** What the last attempt failed of. */
  reason: string;
};

/** What a route, or a part of what it does, asks for. */
export type Permission = "anyone" | "own_account_read" | "own_account_write" | "own_credentials" | "create_channel" | "read_channel" | "edit_channel" | "configure_channel" | "channel_keys" | "channel_members" | "own_channel" | "stream_health" | "end_stream" | "moderate_chat" | "manage_accounts" | "manage_roles" | "manage_channels" | "manage_categories" | "site_settings" | "read_audit" | "operate";

/** What a player reports every ten seconds. The counters count since its report before. */
export type PlaybackReport = {
  /** What the player's network carries, by its own estimate. */
  bandwidth_bps?: number | null;
  /** How much is buffered ahead of the picture. */
  buffer_ms?: number | null;
  /** Pictures that were decoded. */
  decoded_frames?: number;
  /** Pictures that were decoded too late to be shown. */
  dropped_frames?: number;
  /** Errors that the viewer could notice. */
  errors?: number;
  /** How far the picture is behind what the encoder sends; `null` when it is not known. */
  latency_ms?: number | null;
  /** The number of the rendition that is shown; `null` when it is not known. */
  rendition?: number | null;
  /** A random name that the page makes up when it is loaded: 1 to 64 letters, digits, `-`, `_`. */
  session: string;
  /** For how long it did. */
  stall_ms?: number;
  /** How often the picture stood still for want of data. */
  stalls?: number;
  /** Changes from one rendition to another. */
  switches?: number;
  /** Whether the page can be seen: hidden ones are slowed down by their browser. */
  visible?: boolean;
};

/** The rules for new accounts. */
export type Policy = {
  /** Domains whose addresses are taken, `example.org` and what is below it; none means every one. */
  mail_domains: Array<string>;
  /** Whether a new account needs a mail address. */
  mail_required: boolean;
  /** Who may make one. */
  registration: Registration;
};

/** A problem document (RFC 9457 §3). */
export type Problem = {
  /** The stable name of the problem. */
  code: Code;
  /** What to do about it, where there is more to say. */
  detail?: string | null;
  /** The HTTP status. */
  status: number;
  /** What happened, in words. */
  title: string;
  /** Always `about:blank`: `code` says which problem it is. */
  type: string;
};

/** A refresh token. */
export type RefreshBody = {
  refresh_token: string;
};

/** Who wants an account. */
export type RegisterBody = {
  email?: string | null;
  /** The code of an invitation */
  invitation?: string | null;
  password: string;
  /** Why, for those who approve new accounts */
  reason?: string;
  username: string;
};

/** A new account. */
export type RegisteredDocument = {
  account: OwnAccount;
  /** `pending` until somebody who runs the site has approved it */
  state: AccountState;
};

/** Who may make an account. */
export type Registration = "closed" | "invitation" | "approval" | "open";

/** Something the owner should know. */
export type RemarkDocument = {
  code: string;
  text: string;
};

/** One quality of a broadcast. */
export type RenditionInfo = {
  /** `BANDWIDTH`, in bits per second. */
  bandwidth_bps: number;
  /** RFC 6381 form, separated by commas. */
  codecs: string;
  /** Frames per second; `null` where it varies, and without pictures. */
  frame_rate: number | null;
  /** In pixels; `null` without pictures. */
  height: number | null;
  /** What it is made of. */
  kind: RenditionKind;
  /** What people call it. */
  name: string;
  /** Its number in addresses: `/hls/<number>/stream.m3u8`. */
  number: number;
  /** Whether it can be played now. */
  state: RenditionState;
  /** In pixels; `null` without pictures. */
  width: number | null;
};

/** What a rendition is made of. */
export type RenditionKind = "source" | "encoded" | "audio";

/** How many play a rendition. */
export type RenditionPlayers = {
  /** How many. */
  players: number;
  /** Its number. */
  rendition: number;
};

/** Whether a rendition can be played. */
export type RenditionState = "live" | "starting" | "away";

/** An encoded rendition. */
export type RungDocument = {
  cost: number;
  encoder: string;
  /** Pictures per second. */
  frame_rate: number;
  height: number;
  name: string;
  /** Its number among the renditions. */
  number: number;
  /** Whether a child encodes it now. */
  running: boolean;
  video_kbps: number;
  width: number;
};

/** What an API token may be used for, within what its owner may. */
export type Scope = "account:read" | "account:write" | "channel:write" | "channel:keys" | "stream" | "chat" | "moderation" | "site";

/** What the server says on the socket. */
export type ServerMessage = {
  /** RFC 3339, UTC, with milliseconds. */
  server_time: string;
  type: "hello";
} | {
  /** Which channel. */
  channel: string;
  /** What it is doing. */
  status: Status;
  type: "status";
} | {
  /** Which channel. */
  channel: string;
  type: "viewers";
  /** How many. */
  viewers: number;
} | {
  /** Which channel. */
  channel: string;
  /** How it is. */
  health: Health;
  type: "health";
} | {
  type: "going_away";
};

/** Who asks, and what they may. */
export type SessionDocument = {
  account?: OwnAccount | null;
  /** What they may on the site, by the token that they show; channels have roles of their own */
  permissions: Array<Permission>;
};

/** What the link of a first run leads to. */
export type SetUpBody = {
  /** Of the link */
  code: string;
  /** The new password */
  password: string;
};

/** How bad something is. */
export type Severity = "notice" | "warning" | "bad";

/** A name and what proves it. */
export type SignInBody = {
  /** Of the authenticator, or a recovery code; where the account asks for one */
  code?: string | null;
  /** The account's name, or its confirmed mail address */
  name: string;
  password: string;
};

/** What a person is on the whole site; each may all that those before it may. */
export type SiteRole = "member" | "moderator" | "admin";

/** How numbers are distributed; milliseconds, or bits per second. `null` where nobody says. */
export type Spread = {
  /** Half are below. */
  median: number | null;
  /** One in twenty is below. */
  p5: number | null;
  /** One in twenty is above. */
  p95: number | null;
};

/** What a channel is doing. */
export type Status = {
  last_broadcast: LastBroadcast | null;
  state: "offline";
} | {
  /** Which broadcast. */
  broadcast_id: string;
  /** What is sent. */
  media: MediaInfo;
  /** When it began (RFC 3339, UTC). */
  started_at: string;
  state: "live";
  /** How many are watching. */
  viewers: number;
} | {
  /** Which broadcast. */
  broadcast_id: string;
  media: MediaInfo | null;
  /** When it began (RFC 3339, UTC). */
  started_at: string;
  state: "interrupted";
  /** How many are watching. */
  viewers: number;
  /** Until when the encoder is awaited (RFC 3339, UTC). */
  waits_until: string;
};

/** The storyboard of a broadcast: small pictures at even distances. */
export type StoryboardDocument = {
  /** The broadcast. */
  broadcast: string;
  /** How far the pictures are apart, in milliseconds; it doubles as a broadcast grows long. */
  every_ms: number;
  /** The pictures, in order. */
  thumbnails: Array<StoryboardPicture>;
};

/** One picture of a storyboard. */
export type StoryboardPicture = {
  /** When it was on, in milliseconds since the broadcast began. */
  offset_ms: number;
  /** Where it is. */
  url: string;
};

/** What a program shows from now on. */
export type TokensDocument = {
  /** To be sent as `Authorization: Bearer …` */
  access_token: string;
  /** Seconds for which it is good */
  expires_in: number;
  /** Seconds for which it is good when nobody uses it */
  refresh_expires_in: number;
  /** To be exchanged for new tokens, once */
  refresh_token: string;
};

/** What the transcoder can do, and what it is doing. */
export type TranscodingDocument = {
  /** Broadcasts, oldest first. */
  broadcasts: Array<BroadcastDocument>;
  /** Thousands of pixels per second that this machine encodes with libx264 at effort 2; absent until something is to be encoded */
  capacity?: number | null;
  encoders: Array<EncoderDocument>;
  /** Whether every encoder has been tried; until then `encoders` is not complete. */
  encoders_known: boolean;
  /** Whether an ffmpeg was found. */
  ffmpeg: boolean;
  /** How many of them are given to broadcasts. */
  used: number;
};

/** The pictures of a broadcast. */
export type VideoInfo = {
  /** RFC 6381 form. */
  codec: string;
  /** Frames per second; `null` where it varies. */
  frame_rate: number | null;
  /** In pixels. */
  height: number;
  /** In pixels. */
  width: number;
};
