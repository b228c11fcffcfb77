/** Sessions of offerings, and when and where they meet. */

export { getSession as get, listSessions as list } from '../read-sessions.ts';
export { createSession as create, deleteSession as delete, updateSession as update } from '../save-session.ts';
export { type MeetingInput, SESSION as MEMBERS, type Session } from '../session.ts';
