import type { Finding } from '@concordat/problem';
import type { Agreement } from '../document/agreement.js';

/**
 * Why a newer version cannot take the place of the one in force; empty when it can. It names every firm party of
 * that one as a firm party again, each with at least the roles that signed before. So whoever had to sign before
 * has signed again, and nobody is dropped, or loses a signatory, by what others sign. Parties that may join later
 * come and go.
 *
 * @param before the version in force
 */
export function whyNoSuccessor(before: Agreement, after: Agreement): Finding[] {
  const since = `of version ${before.version}, which is in force`;
  return before.parties
    .filter(({ mayJoinLater }) => mayJoinLater !== true)
    .flatMap(({ agency, signatories }): Finding[] => {
      const index = after.parties.findIndex((party) => party.agency === agency);
      const again = after.parties[index];
      if (again === undefined) {
        const advice = 'Name it again; or end the agreement, and make one without it under another name';
        return [{ path: '/parties', message: `lack ${agency}, a party ${since}. ${advice}` }];
      }
      if (again.mayJoinLater === true) {
        const message = `cannot be said of ${agency}, a party ${since} that must sign. Leave it out`;
        return [{ path: `/parties/${index}/mayJoinLater`, message }];
      }
      return signatories
        .filter(({ role }) => !again.signatories.some((one) => one.role === role))
        .map(({ role }) => ({
          path: `/parties/${index}/signatories`,
          message: `lack the role ${role}, which signs for ${agency} ${since}. Name it again; another person may hold it`,
        }));
    });
}
