/**
 * What the server itself says on pages, for readers without JavaScript: it reads the catalogues of
 * these (`src/locales/reader`), and no script of the pages does. `crates/server/src/web/words.rs`
 * names each of them.
 */
import { i18n } from "@lingui/core";

export const READER = () => [
  i18n._({ id: "reader.admin", message: "Manage the site" }),
  i18n._({ id: "reader.broadcasts", message: "Broadcasts" }),
  i18n._({ id: "reader.browse", message: "Browse" }),
  i18n._({ id: "reader.browse-channels", message: "Browse channels" }),
  i18n._({ id: "reader.calendar", message: "Calendar" }),
  i18n._({ id: "reader.cancelled", message: "(called off)" }),
  i18n._({ id: "reader.categories", message: "Categories" }),
  i18n._({
    id: "reader.category-counts",
    message: "(channels: {channels}, live: {live})",
    values: { channels: "", live: "" },
  }),
  i18n._({ id: "reader.coming-streams", message: "Coming streams" }),
  i18n._({ id: "reader.directory", message: "Channels that are live, and others." }),
  i18n._({ id: "reader.empty", message: "There is nothing here yet." }),
  i18n._({ id: "reader.following", message: "Following" }),
  i18n._({ id: "reader.follows-nobody", message: "You follow no channel yet." }),
  i18n._({ id: "reader.forgotten-password", message: "Forgotten password" }),
  i18n._({ id: "reader.grown-ups", message: "(for grown-ups)" }),
  i18n._({ id: "reader.live", message: "Live" }),
  i18n._({ id: "reader.mail-address", message: "Your mail address" }),
  i18n._({ id: "reader.more", message: "More" }),
  i18n._({ id: "reader.moved", message: "(moved)" }),
  i18n._({ id: "reader.new-password", message: "New password" }),
  i18n._({ id: "reader.next-stream", message: "Next stream: {stream}", values: { stream: "" } }),
  i18n._({ id: "reader.no-category", message: "There is no such category." }),
  i18n._({ id: "reader.not-found", message: "Not found" }),
  i18n._({ id: "reader.nothing-found", message: "Nothing was found." }),
  i18n._({ id: "reader.nothing-here", message: "There is nothing here." }),
  i18n._({ id: "reader.nothing-planned", message: "Nothing is planned." }),
  i18n._({
    id: "reader.open-stream",
    message: "This page plays video with JavaScript. Without it, open {link} in a media player.",
    values: { link: "" },
  }),
  i18n._({ id: "reader.register", message: "Make an account" }),
  i18n._({ id: "reader.schedule", message: "{name}: schedule", values: { name: "" } }),
  i18n._({
    id: "reader.script-only",
    message: "This page works with JavaScript alone. Watching does without.",
  }),
  i18n._({ id: "reader.search", message: "Search" }),
  i18n._({ id: "reader.settings", message: "Settings" }),
  i18n._({ id: "reader.sign-in", message: "Sign in" }),
  i18n._({ id: "reader.sign-in-to-follow", message: "Sign in to see the channels that you follow." }),
  i18n._({ id: "reader.studio", message: "Studio" }),
  i18n._({ id: "reader.the-stream", message: "the stream" }),
  i18n._({ id: "reader.to-start", message: "Go to the start page" }),
  i18n._({ id: "reader.watching", message: "(live, {viewers} watching)", values: { viewers: "" } }),
  i18n._({ id: "reader.welcome", message: "Welcome" }),
];
