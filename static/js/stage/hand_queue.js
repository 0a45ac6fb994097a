// The queue of those who want to come on stage: one line a person, whatever they did to get there.

const oldestFirst = (one, other) => one.since.localeCompare(other.since) || one.user.localeCompare(other.user);

/** `hands` and `joinRequests` as the state has them → `[{user, name, kind, message, since, requests}]`, the longest waiting first.
 *  `kind`: "hand", "request" or "both"; `requests`: `[{kind, id, address}]`, addresses below the session's.
 */
export function queueOf(hands, joinRequests) {
  const people = new Map();
  for (const { id, participant_identity: user, participant_name: name, message, created_at: since } of hands) {
    const requests = [{ kind: "hand", id, address: `stage/hand_raises/${id}` }];
    people.set(user, { user, name, kind: "hand", message, since, requests });
  }
  for (const { id, user_id: user, username: name, created_at: since } of joinRequests) {
    const request = { kind: "request", id, address: `stage/join_requests/${id}` };
    const person = people.get(user);
    if (!person) {
      people.set(user, { user, name, kind: "request", message: "", since, requests: [request] });
      continue;
    }
    person.kind = "both";
    person.requests.push(request);
    if (since < person.since) person.since = since;
  }
  return [...people.values()].sort(oldestFirst);
}
