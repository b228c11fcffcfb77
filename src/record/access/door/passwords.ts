/** Passwords: signing in, setting and storing them. */

export { hashPassword as hash, verifyPassword as verify } from '../hashing.ts';
export { passwordText as text, setPassword as set, signIn, storePasswords as store } from '../passwords.ts';
