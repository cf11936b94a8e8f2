/**
 * Who is signed in: random names of sessions, kept in this process alone and lost with it. A session is the token that it was made with: it
 * has its rights of this moment, and ends when the token is revoked or expires, on sign-out, and by time.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const minute = 60_000;

export interface Limits {
  /** ms without a request of a person; 30 minutes. */
  readonly idle?: number | undefined;
  /** ms in all; 12 hours. */
  readonly absolute?: number | undefined;
}

export interface Session {
  /** SHA-256 of the token that it stands for, in hexadecimal digits. */
  readonly token: string;
  /** What a form of this session must send along. */
  readonly csrf: string;
  readonly since: number;
  seen: number;
}

export interface Sessions {
  /** A new session; gives the name that its cookie holds. */
  readonly begin: (token: string, now: number) => string;
  /** `looks`: a person asked, and no script by itself. */
  readonly find: (id: string, now: number, looks: boolean) => Session | undefined;
  readonly end: (id: string) => void;
}

/** More sessions than operators have; the one that was unused for longest is ended for another. */
const most = 1000;

const secret = (): string => randomBytes(32).toString("base64url");
/** As it is kept: what is read out of this process's memory is no cookie. */
const keyOf = (id: string): string => createHash("sha256").update(id).digest("hex");

export const make = ({ absolute = 12 * 60 * minute, idle = 30 * minute }: Limits = {}): Sessions => {
  const sessions = new Map<string, Session>();
  const isOver = ({ seen, since }: Session, now: number): boolean =>
    now - seen >= idle || now - since >= absolute || now < since;
  return {
    begin: (token, now) => {
      for (const [key, session] of sessions) if (isOver(session, now)) sessions.delete(key);
      if (sessions.size >= most) {
        const [oldest] = [...sessions].sort(([, a], [, b]) => a.seen - b.seen);
        if (oldest !== undefined) sessions.delete(oldest[0]);
      }
      const id = secret();
      sessions.set(keyOf(id), { token, csrf: secret(), since: now, seen: now });
      return id;
    },
    find: (id, now, looks) => {
      const key = keyOf(id);
      const session = sessions.get(key);
      if (session === undefined) return undefined;
      if (isOver(session, now)) {
        sessions.delete(key);
        return undefined;
      }
      if (looks) session.seen = now;
      return session;
    },
    end: (id) => void sessions.delete(keyOf(id)),
  };
};

/** Whether two texts are one, in a time that does not tell where they differ. */
export const isSame = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};
