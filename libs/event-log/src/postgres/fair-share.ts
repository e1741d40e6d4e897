/** How many of `lanes` the member of this rank may own: the shares differ by one at most and sum to `lanes`. */
export function fairShare(lanes: number, members: number, rank: number): number {
  if (members < 1 || rank < 0) return 0;
  return Math.floor(lanes / members) + (rank < lanes % members ? 1 : 0);
}
