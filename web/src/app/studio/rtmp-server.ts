const DEFAULT_PORT = 1935;

/** What encoders are told as the server: the name this page was reached by, and the port for RTMP. */
export function rtmpServer(port: number | null | undefined, host: string): string | null {
  if (!port) return null;
  return `rtmp://${host}${port === DEFAULT_PORT ? "" : `:${port}`}/live`;
}
