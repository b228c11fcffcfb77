/** Who may: tenants, clients, passwords, tokens, roles and entitlements. */

export * as Access from './door/access.ts';
export * as Authority from './door/authority.ts';
export * as Clients from './door/clients.ts';
export * as Clock from './door/clock.ts';
export * as Entitlements from './door/entitlements.ts';
export * as Guesses from './door/guesses.ts';
export * as Passwords from './door/passwords.ts';
export * as Portal from './door/portal.ts';
export * as Requests from './door/requests.ts';
export * as Roles from './door/roles.ts';
export * as Staff from './door/staff.ts';
export * as Tenants from './door/tenants.ts';
export * as Tokens from './door/tokens.ts';
