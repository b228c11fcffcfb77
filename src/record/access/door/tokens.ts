/** Tokens that stand for a client or a person. */

export {
  issueToken as issue,
  removeExpiredTokens as removeExpired,
  revokeToken as revoke,
  tradeToken as trade,
} from '../tokens.ts';
