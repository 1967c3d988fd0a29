/** A peer's name and version, as a reader knows them. */
export function peerTitle(run, peer) {
  const names = { "dqbd-tiktoken": "@dqbd/tiktoken", "hypertok-matching": "hypertok, specials matched" };
  const name = names[peer] ?? peer;
  const version = run.peers[name.split(",")[0]];
  return version === undefined ? name : `${name} ${version}`;
}

/** Three significant digits, without exponents. */
export function digits(value) {
  return Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 4 });
}
