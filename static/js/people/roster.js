// Who is there now: fetched page by page, kept true by events.
import { language } from "../shared/gettext.js";

const PAGE = 100;
const MOST = 2000;

export class Roster {
  #people = new Map(); // user id → ActiveViewer
  #call;
  #generation = 0;
  total = 0;
  isLoaded = false;

  /** `call(path)` gets from the session's API. */
  constructor(call) {
    this.#call = call;
  }

  /** Fetch everybody anew. What happens meanwhile counts. Rejects with ApiError. */
  async load() {
    this.#generation += 1;
    const mine = this.#generation;
    const found = new Map();
    this.changes = [];
    let total = 0;
    for (let page = 1; found.size < MOST; page += 1) {
      const reply = await this.#call(`viewers?page=${page}&limit=${PAGE}`);
      if (mine !== this.#generation) return;
      for (const viewer of reply.viewers) found.set(viewer.user_id, viewer);
      total = reply.total;
      if (reply.viewers.length < PAGE) break;
    }
    this.#people = found;
    this.total = Math.max(total, found.size);
    this.isLoaded = true;
    const { changes } = this;
    this.changes = null;
    for (const [kind, viewer] of changes) this[kind](viewer);
  }

  came(viewer) {
    this.changes?.push(["came", viewer]);
    if (!this.#people.has(viewer.user_id)) this.total += 1;
    this.#people.set(viewer.user_id, viewer);
  }

  left(viewer) {
    this.changes?.push(["left", viewer]);
    if (this.#people.delete(viewer.user_id)) this.total -= 1;
  }

  /** Everybody as `{id, name, role, isOnStage, hasHandUp, isHere}`: the crew by rank, then speakers, then who is or wants to be on stage, then
   *  the others by name. Roles, places on stage and (for the crew) raised hands are those of `state`; who has a role is in the list also when
   *  they are away. */
  people({ roles = [], stage, hands = [], join_requests: requests = [] }) {
    const given = new Map(roles.map((row) => [row.user_id, row]));
    const onStage = new Set((stage?.participants ?? []).map((row) => row.participant_identity));
    const asking = new Set([...hands.map((hand) => hand.participant_identity), ...requests.map((request) => request.user_id)]);
    const all = [...this.#people.values()].map(({ user_id: id, username: name, role }) => ({
      id,
      name,
      role: role === "host" ? role : (given.get(id)?.role ?? "audience"),
      isOnStage: onStage.has(id),
      hasHandUp: asking.has(id),
      isHere: true,
    }));
    for (const [id, { username: name, role }] of given) {
      if (!this.#people.has(id)) all.push({ id, name, role, isOnStage: onStage.has(id), hasHandUp: asking.has(id), isHere: false });
    }
    const compare = new Intl.Collator(language()).compare;
    return all.sort((one, other) => rank(one) - rank(other) || compare(one.name, other.name));
  }
}

const RANKS = ["host", "co_host", "moderator", "speaker"];

function rank({ role, isOnStage, hasHandUp }) {
  const place = RANKS.indexOf(role);
  if (place >= 0) return place;
  if (isOnStage) return RANKS.length;
  return RANKS.length + (hasHandUp ? 1 : 2);
}
