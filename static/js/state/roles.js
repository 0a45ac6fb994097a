// What the roles of a session mean.

const LEADS = new Set(["host", "co_host"]);
const CREW = new Set([...LEADS, "moderator"]);

/**
 * Whether who has this role leads the session: the host's side.
 * @param {string} role
 */
export const leads = (role) => LEADS.has(role);

/**
 * Whether who has this role is one of the crew.
 * @param {string} role
 */
export const isCrew = (role) => CREW.has(role);
