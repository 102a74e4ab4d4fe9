/** Why a session ends, as the server says it: by the code that a socket closes with, or by the reason of a reply. */
export const OVER_BY_CODE = {
  4400: "bad_frame",
  4401: "not_signed_in",
  4403: "not_yours",
  4404: "unknown_session",
  4409: "taken_over",
  4410: "session_closed",
  4412: "chain_broken",
};

export const OVER_BY_REPLY = {
  lease_lost: "taken_over",
  session_closed: "session_closed",
  wrong_mac: "chain_broken",
  forked: "chain_broken",
};
