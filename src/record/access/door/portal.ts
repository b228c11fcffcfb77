/** Signing in to the pages of the product itself. */

export { portalClientId as clientId, signInToPortal as signIn } from '../portal.ts';
