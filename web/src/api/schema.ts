/** The types of the server's API, in the layout that openapi-typescript generates. */

export interface paths {
  "/api/v1/channels/{slug}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    /** One channel and whether it is on air; `primary` names the primary channel. */
    get: operations["get_channel"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}

export type webhooks = Record<string, never>;

export interface components {
  schemas: {
    Channel: {
      slug: string;
      name: string;
      title: string;
      description: string;
      is_primary: boolean;
      /** Path of the HLS multivariant playlist. */
      playback_url: string;
      status: components["schemas"]["Status"];
    };
    Status:
      | {
          /** @enum {string} */
          state: "offline";
          last_broadcast: components["schemas"]["BroadcastSpan"] | null;
        }
      | {
          /** @enum {string} */
          state: "live";
          broadcast_id: string;
          /** Format: date-time */
          started_at: string;
          viewers: number;
          media: components["schemas"]["MediaInfo"];
        }
      | {
          /** @enum {string} */
          state: "interrupted";
          broadcast_id: string;
          /** Format: date-time */
          started_at: string;
          viewers: number;
          /** Format: date-time */
          waits_until: string;
          media: components["schemas"]["MediaInfo"] | null;
        };
    BroadcastSpan: {
      /** Format: date-time */
      started_at: string;
      /** Format: date-time */
      ended_at: string;
    };
    MediaInfo: {
      video: components["schemas"]["VideoInfo"] | null;
      audio: components["schemas"]["AudioInfo"] | null;
      bitrate_bps: number;
      part_target_ms: number;
      target_duration_ms: number;
      /** Best first; what this browser can decode of them is for the player to find out. */
      renditions: components["schemas"]["RenditionInfo"][];
    };
    RenditionInfo: {
      /** The number in its playlist's URL. */
      number: number;
      name: string;
      /** @enum {string} */
      kind: "source" | "encoded" | "audio";
      /** RFC 6381 codec strings, with commas between them. */
      codecs: string;
      width: number | null;
      height: number | null;
      frame_rate: number | null;
      bandwidth_bps: number;
      /** @enum {string} */
      state: "live" | "starting" | "away";
    };
    VideoInfo: {
      /** RFC 6381 codec string. */
      codec: string;
      width: number;
      height: number;
      frame_rate: number | null;
    };
    AudioInfo: {
      /** RFC 6381 codec string. */
      codec: string;
      sample_rate: number;
      channels: number;
    };
    /** What a player reports every ten seconds. The counters count since its report before. */
    PlaybackReport: {
      session: string;
      rendition: number | null;
      latency_ms: number | null;
      buffer_ms: number | null;
      bandwidth_bps: number | null;
      stalls: number;
      stall_ms: number;
      dropped_frames: number;
      decoded_frames: number;
      errors: number;
      switches: number;
      visible: boolean;
    };
    /** RFC 9457 problem document. */
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      code: string;
    };
    SocketMessage:
      | {
          /** @enum {string} */
          type: "hello";
          /** Format: date-time */
          server_time: string;
        }
      | {
          /** @enum {string} */
          type: "status";
          channel: string;
          status: components["schemas"]["Status"];
        }
      | {
          /** @enum {string} */
          type: "viewers";
          channel: string;
          viewers: number;
        }
      | {
          /** @enum {string} */
          type: "going_away";
        };
    /** What the server writes into the page. */
    Boot: {
      site: { name: string };
      channel: components["schemas"]["Channel"] | null;
      version: string;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}

export type $defs = Record<string, never>;

export interface operations {
  get_channel: {
    parameters: { query?: never; header?: never; path: { slug: string }; cookie?: never };
    requestBody?: never;
    responses: {
      200: {
        headers: { [name: string]: unknown };
        content: { "application/json": components["schemas"]["Channel"] };
      };
      404: {
        headers: { [name: string]: unknown };
        content: { "application/problem+json": components["schemas"]["Problem"] };
      };
    };
  };
}
