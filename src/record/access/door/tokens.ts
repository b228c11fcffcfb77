/** Tokens that stand for a client or a person. */

export {
  issueToken as issue,
  removeExpiredTokens as removeExpired,
  revokeToken as revoke,
} from '../tokens.ts';
export { tradeToken as trade } from '../trade-token.ts';
