/** What earlier pages of this learner could not send any more: send it to their sessions, before a new one closes them. */
import { Tally } from "./tally.js";
import { PostWay } from "./ways.js";

const STILL_ALIVE_MS = 15_000; // another window that plays writes every five seconds: that one sends its own
const MOST_AT_ONCE = 400;
const TRIES = 5;

/**
 * Return `{ counted_ms, missed_ms, reason }`, all sessions together, or null when nothing was left. Throws `Unreachable` where
 * the network is away: then nothing is lost yet, and nothing may be opened.
 */
export async function sendLeftovers(store, { owner, former, token }, world) {
  const sum = { counted_ms: 0, missed_ms: 0, reason: null };
  const left = await store.left(owner);
  const dead = left.filter(({ uuid, at }) => uuid === former || world.today() - at > STILL_ALIVE_MS);
  for (const session of dead) {
    const part = await sendSession(session, new PostWay(session.beatUrl, token, world), world);
    sum.counted_ms += part.counted_ms;
    sum.missed_ms += part.missed_ms;
    sum.reason ??= part.reason;
    await store.forget(session.uuid, Infinity);
  }
  return dead.length ? sum : null;
}

export class Unreachable extends Error {}

async function sendSession({ beats }, way, world) {
  const tally = new Tally();
  const counted = [];
  let countedMs = 0;
  let pendingMs = 0;
  for (let at = 0; at < beats.length; at += MOST_AT_ONCE) {
    const frames = beats.slice(at, at + MOST_AT_ONCE);
    const replies = await exchange(way, frames, world);
    for (const [n, frame] of frames.entries()) {
      if (wasTaken(frame, replies[n])) tally.known(frame);
      else tally.beat(frame);
    }
    for (const [n, reply] of replies.entries()) {
      if (wasTaken(frames[n], reply)) continue;
      tally.answered(reply);
      countedMs += reply.credited_ms ?? 0;
      pendingMs = reply.pending_ms ?? pendingMs;
      counted.push(...(reply.spans ?? []));
    }
  }
  tally.cut(0);
  const { missed_ms: missedMs, reason } = tally.settle(counted, countedMs);
  // What was watched before adds nothing and misses nothing; the server says of such a beat 0 without a reason.
  const missed = reason ? Math.max(0, missedMs - pendingMs) : 0;
  return { counted_ms: countedMs, missed_ms: missed, reason: missed ? reason : null };
}

/** It had arrived before the page died, and only its answer was lost: it is counted, and misses nothing. */
function wasTaken(frame, reply) { return reply?.reason === "wrong_seq" && reply.expected_seq > frame.seq; }

async function exchange(way, frames, world) {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const answer = await way.send(frames);
    if (answer.frames) return answer.frames;
    if (answer.over) return [{ reason: answer.over }];
    if (answer.lost) throw new Unreachable();
    await new Promise((resolve) => { world.setTimeout(resolve, answer.retryMs); });
  }
  throw new Unreachable();
}
