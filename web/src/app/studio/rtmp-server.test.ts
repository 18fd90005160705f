import { expect, it } from "vitest";
import { rtmpServer } from "./rtmp-server";

it.each([
  [1935, "live.example", "rtmp://live.example/live"],
  [19350, "127.0.0.1", "rtmp://127.0.0.1:19350/live"],
  [1935, "[::1]", "rtmp://[::1]/live"],
  [null, "live.example", null],
  [undefined, "live.example", null],
])("port %s of %s is %s", (port, host, server) => {
  expect(rtmpServer(port, host)).toBe(server);
});
