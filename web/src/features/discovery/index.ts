/** The door of discovery: lists of what there is to watch. */
export { CategoryCounts, CategoryGrid } from "./categories";
export { ChannelList, FollowList } from "./channel-list";
export { Filters, filterOf, filterPath } from "./filters";
export { Followers } from "./followers";
export { useCategory, useTags } from "./queries";
export { Results } from "./results";
