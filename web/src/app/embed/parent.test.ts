import { expect, it, vi } from "vitest";
import { obey } from "./parent";

function spy() {
  return { play: vi.fn(), pause: vi.fn(), setMuted: vi.fn() };
}

it("does what the page around it asks", () => {
  const player = spy();
  obey(player, { type: "rivulet:play" });
  obey(player, { type: "rivulet:pause" });
  obey(player, { type: "rivulet:mute", muted: true });
  expect(player.play).toHaveBeenCalledOnce();
  expect(player.pause).toHaveBeenCalledOnce();
  expect(player.setMuted).toHaveBeenCalledWith(true);
});

it.each([null, "rivulet:play", 7, {}, { type: "other" }, { type: "rivulet:mute" }])(
  "ignores %j",
  (message) => {
    const player = spy();
    obey(player, message);
    expect([player.play, player.pause, player.setMuted].map((call) => call.mock.calls.length)).toEqual([
      0, 0, 0,
    ]);
  },
);
