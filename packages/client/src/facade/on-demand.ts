/** What people do once in a while, in one part of the program that is loaded when they first do it. */
export { AccountSettings } from './account-settings.ts';
export { changeConversation } from './conversation-changes.ts';
export { queryHistory } from './history-query.ts';
export { loadMembers } from './load-members.ts';
