/** Unicode emoji by the names that people type most; everything else a keyboard has anyway. */
import type { Emote } from "./completion";

const NAMES =
  "smile😄 grin😁 joy😂 rofl🤣 wink😉 heart_eyes😍 sunglasses😎 thinking🤔 neutral😐 cry😢 sob😭 scream😱 angry😠 " +
  "rage😡 sleeping😴 party🥳 pleading🥺 shrug🤷 facepalm🤦 wave👋 ok_hand👌 thumbsup👍 thumbsdown👎 clap👏 pray🙏 " +
  "muscle💪 eyes👀 heart❤️ broken_heart💔 sparkles✨ fire🔥 star⭐ hundred💯 tada🎉 rocket🚀 crown👑 trophy🏆 gift🎁 " +
  "cake🎂 coffee☕ beer🍺 pizza🍕 cat🐱 dog🐶 unicorn🦄 crab🦀 bug🐛 skull💀 ghost👻 robot🤖 alien👽 poop💩 clown🤡 " +
  "sun☀️ moon🌙 rainbow🌈 snowflake❄️ music🎵 guitar🎸 game🎮 computer💻 camera📷 bulb💡 warning⚠️ check✅ cross❌ " +
  "question❓ exclamation❗ zzz💤 hug🤗 salute🫡 melting🫠 nerd🤓 cool🆒 wow😮 plus_one👍";

export const EMOJI: Emote[] = NAMES.split(" ").map((entry) => {
  const [, name = "", text = ""] = /^([a-z_]+)(.+)$/u.exec(entry) ?? [];
  return { name, text };
});
