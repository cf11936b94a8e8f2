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
export declare const make: ({ absolute, idle }?: Limits) => Sessions;
/** Whether two texts are one, in a time that does not tell where they differ. */
export declare const isSame: (a: string, b: string) => boolean;
